package io.freshet.gateway.auth;

import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.Accounts;
import io.freshet.fleet.account.TokenScope;
import io.freshet.gateway.problem.ProblemException;
import java.text.ParseException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Authentication by JSON Web Tokens of an issuer, whose claims name an account and scopes. */
@Component
class JwtTokens {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final @Nullable ReactiveJwtDecoder decoder;
    private final JwtProperties properties;
    private final Accounts accounts;

    JwtTokens(ObjectProvider<ReactiveJwtDecoder> decoder, JwtProperties properties, Accounts accounts) {
        this.decoder = decoder.getIfAvailable();
        this.properties = properties;
        this.accounts = accounts;
    }

    /** Returns whether a text has the form of such a token: three parts with dots between them. */
    static boolean isJwt(String token) {
        return token.chars().filter(each -> each == '.').count() == 2;
    }

    /** Returns the caller; a 401 problem if the token is not valid, 503 if the issuer's keys cannot be read. */
    Mono<Caller> authenticate(String token) {
        if (decoder == null) {
            return Mono.error(InvalidToken.of("No account has this token, and the gateway accepts no JSON Web Tokens,"
                    + " since freshet.gateway.jwt.issuer-uri is not set."));
        }
        requireOfIssuer(token);
        return decoder.decode(token).onErrorMap(this::problem).map(this::caller);
    }

    /** Refuses what the issuer cannot have signed before any key is read. */
    private void requireOfIssuer(String token) {
        try {
            JWT jwt = JWTParser.parse(token);
            if (!(jwt instanceof SignedJWT)) {
                throw InvalidToken.of("The JSON Web Token is not signed.");
            }
            if (!String.valueOf(properties.issuerUri())
                    .equals(jwt.getJWTClaimsSet().getIssuer())) {
                throw InvalidToken.of("The JSON Web Token is of another issuer than " + properties.issuerUri() + '.');
            }
        } catch (ParseException e) {
            throw InvalidToken.of("The token has the form of a JSON Web Token and is none.");
        }
    }

    private Throwable problem(Throwable error) {
        if (error instanceof JwtValidationException invalid) {
            return InvalidToken.of("The JSON Web Token is not valid: " + invalid.getMessage() + '.');
        }
        if (error instanceof JwtException) {
            return InvalidToken.of("The JSON Web Token is malformed, or not signed by a key of "
                    + properties.issuerUri() + " with an asymmetric algorithm.");
        }
        if (error.getCause() instanceof IssuerKeys.UnavailableKeysException) {
            return ProblemException.unavailable(
                    "The keys of " + properties.issuerUri() + ", which issues the JSON Web Tokens, cannot be read."
                            + " Retry later, or use a token of the account.",
                    RETRY_AFTER);
        }
        return error;
    }

    private Caller caller(Jwt jwt) {
        if (!(jwt.getClaim(properties.accountClaim()) instanceof String id)) {
            throw InvalidToken.of(
                    "The JSON Web Token has no claim " + properties.accountClaim() + " with the id of an account.");
        }
        Account account = accounts.byId(id)
                .orElseThrow(() -> InvalidToken.of("The account that the claim " + properties.accountClaim()
                        + " of the JSON Web Token names does not exist."));
        String subject = Objects.requireNonNullElse(jwt.getSubject(), "without subject");
        return new Caller(account.withScopes(scopes(jwt)), subject, jwt.getExpiresAt());
    }

    private Set<TokenScope> scopes(Jwt jwt) {
        Object claim = jwt.getClaim(properties.scopeClaim());
        Collection<?> names = switch (claim) {
            case null -> List.of();
            case Collection<?> list -> list;
            default -> Arrays.asList(claim.toString().split(" "));
        };
        Set<TokenScope> scopes = EnumSet.noneOf(TokenScope.class);
        names.forEach(name -> TokenScope.named(String.valueOf(name)).ifPresent(scopes::add));
        return scopes;
    }
}

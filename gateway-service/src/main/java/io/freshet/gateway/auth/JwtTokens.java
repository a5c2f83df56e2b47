package io.freshet.gateway.auth;

import com.nimbusds.jwt.JWTParser;
import io.freshet.fleet.account.Account;
import io.freshet.fleet.account.Accounts;
import io.freshet.fleet.account.Scope;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Authentication by JSON Web Tokens of an issuer, whose claims name an account and scopes. */
@Component
class JwtTokens {

    private static final Logger log = LoggerFactory.getLogger(JwtTokens.class);
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
            return Mono.error(
                    InvalidToken.of("This gateway accepts no JSON Web Tokens: freshet.gateway.jwt.issuer-uri is unset."));
        }
        requireIssuer(token);
        return decoder.decode(token).onErrorMap(JwtTokens::problem).map(this::caller);
    }

    /** Refuses tokens of other issuers before any key is read. */
    private void requireIssuer(String token) {
        try {
            String issuer = JWTParser.parse(token).getJWTClaimsSet().getIssuer();
            if (!String.valueOf(properties.issuerUri()).equals(issuer)) {
                throw InvalidToken.of("The JSON Web Token is of another issuer than " + properties.issuerUri() + '.');
            }
        } catch (ParseException e) {
            throw InvalidToken.of("The JSON Web Token is malformed.");
        }
    }

    private static ProblemException problem(Throwable error) {
        if (error instanceof BadJwtException) {
            return InvalidToken.of("The JSON Web Token is not valid: " + error.getMessage() + '.');
        }
        if (hasCause(error, IssuerRequests.KeysReadRecentlyException.class)) {
            return InvalidToken.of("No key of the issuer has signed the JSON Web Token.");
        }
        if (!hasCause(error, IssuerRequests.IssuerFailedRecentlyException.class)) {
            log.warn("Cannot read the keys of the issuer of JSON Web Tokens: {}", rootOf(error).toString());
        }
        return ProblemException.unavailable(
                "The keys of the issuer of JSON Web Tokens cannot be read at the moment. Retry later.", RETRY_AFTER);
    }

    private static boolean hasCause(Throwable error, Class<? extends Throwable> type) {
        for (Throwable each = error; each != null; each = each.getCause()) {
            if (type.isInstance(each)) {
                return true;
            }
        }
        return false;
    }

    private static Throwable rootOf(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private Caller caller(Jwt jwt) {
        if (!(jwt.getClaim(properties.accountClaim()) instanceof String id)) {
            throw InvalidToken.of("The JSON Web Token has no claim " + properties.accountClaim()
                    + " with the id of an account.");
        }
        Account account = accounts.byId(id)
                .orElseThrow(() ->
                        InvalidToken.of("The account that the JSON Web Token names does not exist: have it added."));
        String subject = Objects.requireNonNullElse(jwt.getSubject(), "without subject");
        return new Caller(account.withScopes(scopes(jwt)), subject, jwt.getExpiresAt());
    }

    private Set<Scope> scopes(Jwt jwt) {
        Object claim = jwt.getClaim(properties.scopeClaim());
        Collection<?> names =
                switch (claim) {
                    case null -> List.of();
                    case Collection<?> list -> list;
                    default -> Arrays.asList(claim.toString().split(" "));
                };
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        names.forEach(name -> Scope.named(String.valueOf(name)).ifPresent(scopes::add));
        return scopes;
    }
}

package io.freshet.gateway.auth;

import io.freshet.fleet.account.Accounts;
import io.freshet.fleet.account.TokenGrant;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/**
 * Filter that authenticates every request under {@code /v1} by its bearer token, which is one of the configuration or a
 * JSON Web Token of the issuer, and refuses what the token does not
 * allow. Handlers get the account with the rights of the token as the request attribute {@code account}, without which
 * they cannot be reached, and the {@link Caller} as {@code caller}.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 100)
class BearerTokens implements WebFilter {

    /** Matches decoded paths, as handler mappings do; comparing the raw path would let encoded paths through. */
    private static final PathPattern PROTECTED = PathPatternParser.defaultInstance.parse("/v1/**");

    /** JSON Web Tokens are long. The limit of all headers of a request is 8 KiB. */
    private static final Pattern BEARER =
            Pattern.compile("Bearer +([A-Za-z0-9._~+/=-]{1,6000})", Pattern.CASE_INSENSITIVE);

    private final Accounts accounts;
    private final JwtTokens jwts;
    private final Clock clock;

    BearerTokens(Accounts accounts, JwtTokens jwts, Clock clock) {
        this.accounts = accounts;
        this.jwts = jwts;
        this.clock = clock;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        PathContainer path = request.getPath().pathWithinApplication();
        return PROTECTED.matches(path)
                ? authenticate(request.getHeaders()).flatMap(caller -> {
                    // First, so that the audit log knows whose request was refused.
                    caller.addTo(exchange);
                    EndpointRights.require(caller.account(), request.getMethod(), path);
                    return chain.filter(exchange);
                })
                : chain.filter(exchange);
    }

    private Mono<Caller> authenticate(HttpHeaders headers) {
        List<String> values = headers.getOrEmpty(HttpHeaders.AUTHORIZATION);
        if (values.isEmpty()) {
            throw InvalidToken.missing("The Authorization header is missing.");
        }
        Matcher matcher = BEARER.matcher(values.getFirst());
        if (values.size() > 1 || !matcher.matches()) {
            throw InvalidToken.missing("The Authorization header must be: Bearer TOKEN");
        }
        String token = matcher.group(1);
        Optional<TokenGrant> grant = accounts.byToken(token);
        if (grant.isPresent()) {
            return Mono.just(caller(grant.get()));
        }
        if (JwtTokens.isJwt(token)) {
            return jwts.authenticate(token);
        }
        throw InvalidToken.of("No account has this token.");
    }

    private Caller caller(TokenGrant grant) {
        Caller caller =
                new Caller(grant.account(), grant.token().name(), grant.token().expires());
        if (caller.isExpired(clock.instant())) {
            throw InvalidToken.of("The token expired at " + caller.expires() + ". Use a new one.");
        }
        return caller;
    }
}

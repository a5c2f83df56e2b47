package io.freshet.gateway.auth;

import io.freshet.fleet.account.Accounts;
import io.freshet.fleet.account.TokenGrant;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import java.time.Clock;
import java.util.List;
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
 * Filter that authenticates every request under {@code /v1} by its bearer token, and refuses what the token does not
 * allow. Handlers get the account with the rights of the token as the request attribute {@code account}, without which
 * they cannot be reached, and the {@link Caller} as {@code caller}.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 100)
class BearerTokens implements WebFilter {

    /** Matches decoded paths, as handler mappings do; comparing the raw path would let encoded paths through. */
    private static final PathPattern PROTECTED = PathPatternParser.defaultInstance.parse("/v1/**");

    private static final Pattern BEARER =
            Pattern.compile("Bearer +([A-Za-z0-9._~+/=-]{1,1024})", Pattern.CASE_INSENSITIVE);

    private final Accounts accounts;

    private final Clock clock;

    BearerTokens(Accounts accounts, Clock clock) {
        this.accounts = accounts;
        this.clock = clock;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        PathContainer path = request.getPath().pathWithinApplication();
        if (PROTECTED.matches(path)) {
            Caller caller = authenticate(request.getHeaders());
            EndpointRights.require(caller.account(), request.getMethod(), path);
            caller.addTo(exchange);
        }
        return chain.filter(exchange);
    }

    private Caller authenticate(HttpHeaders headers) {
        List<String> values = headers.getOrEmpty(HttpHeaders.AUTHORIZATION);
        if (values.isEmpty()) {
            throw unauthorized("The Authorization header is missing.", "Bearer realm=\"freshet\"");
        }
        Matcher matcher = BEARER.matcher(values.getFirst());
        if (values.size() > 1 || !matcher.matches()) {
            throw unauthorized("The Authorization header must be: Bearer TOKEN", "Bearer realm=\"freshet\"");
        }
        Caller caller = accounts.byToken(matcher.group(1))
                .map(BearerTokens::callerOf)
                .orElseThrow(() -> invalidToken("No account has this token."));
        if (caller.isExpired(clock.instant())) {
            throw invalidToken("The token expired at " + caller.expires() + ". Use a new one.");
        }
        return caller;
    }

    private static Caller callerOf(TokenGrant grant) {
        return new Caller(grant.account(), grant.token().name(), grant.token().expires());
    }

    private static ProblemException invalidToken(String detail) {
        return unauthorized(detail, "Bearer realm=\"freshet\", error=\"invalid_token\"");
    }

    private static ProblemException unauthorized(String detail, String challenge) {
        // Closes the connection, so that idle connections are those of authenticated clients.
        return ProblemException.of(ProblemType.UNAUTHORIZED, detail)
                .header(HttpHeaders.WWW_AUTHENTICATE, challenge)
                .header(HttpHeaders.CONNECTION, "close");
    }
}

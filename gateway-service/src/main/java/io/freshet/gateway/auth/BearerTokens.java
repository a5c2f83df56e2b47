package io.freshet.gateway.auth;

import io.freshet.fleet.account.Account;
import io.freshet.fleet.watch.CurrentAccounts;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/**
 * Filter that authenticates every request under {@code /v1} by its bearer token. Handlers get the account as the
 * request attribute {@code account}, without which they cannot be reached.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 100)
class BearerTokens implements WebFilter {

    private static final String ATTRIBUTE = "account";
    /** Matches decoded paths, as handler mappings do; comparing the raw path would let encoded paths through. */
    private static final PathPattern PROTECTED = PathPatternParser.defaultInstance.parse("/v1/**");

    private static final Pattern BEARER =
            Pattern.compile("Bearer +([A-Za-z0-9._~+/=-]{1,1024})", Pattern.CASE_INSENSITIVE);

    private final CurrentAccounts accounts;

    BearerTokens(CurrentAccounts accounts) {
        this.accounts = accounts;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (PROTECTED.matches(exchange.getRequest().getPath().pathWithinApplication())) {
            exchange.getAttributes()
                    .put(ATTRIBUTE, authenticate(exchange.getRequest().getHeaders()));
        }
        return chain.filter(exchange);
    }

    private Account authenticate(HttpHeaders headers) {
        return accounts.get()
                .byToken(token(headers))
                .orElseThrow(() -> unauthorized(
                        "No account has this token.", "Bearer realm=\"freshet\", error=\"invalid_token\""));
    }

    /**
     * Returns the bearer token of a request.
     *
     * @throws ProblemException if there is none
     */
    static String token(HttpHeaders headers) {
        List<String> values = headers.getOrEmpty(HttpHeaders.AUTHORIZATION);
        if (values.isEmpty()) {
            throw unauthorized("The Authorization header is missing.", "Bearer realm=\"freshet\"");
        }
        Matcher matcher = BEARER.matcher(values.getFirst());
        if (values.size() > 1 || !matcher.matches()) {
            throw unauthorized("The Authorization header must be: Bearer TOKEN", "Bearer realm=\"freshet\"");
        }
        return matcher.group(1);
    }

    private static ProblemException unauthorized(String detail, String challenge) {
        // Closes the connection, so that idle connections are those of authenticated clients.
        return ProblemException.of(ProblemType.UNAUTHORIZED, detail)
                .header(HttpHeaders.WWW_AUTHENTICATE, challenge)
                .header(HttpHeaders.CONNECTION, "close");
    }
}

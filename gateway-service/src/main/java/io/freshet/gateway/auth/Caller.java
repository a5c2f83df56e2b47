package io.freshet.gateway.auth;

import io.freshet.fleet.account.Account;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The holder of a request's token.
 *
 * @param account the token's account, with the scopes and domains that the token allows
 * @param token the token's name: never the token itself
 * @param expires time from which the token is refused; null for never
 */
public record Caller(
        Account account, String token, @Nullable Instant expires) {

    /** Name of the request attribute with the caller, for handlers. */
    public static final String ATTRIBUTE = "caller";

    /** Returns a completion at the time at which the token expires, which ends the streams that were opened by it. */
    public Mono<Void> untilExpired(Clock clock) {
        return expires == null
                ? Mono.never()
                : Mono.delay(Duration.between(clock.instant(), expires)).then();
    }

    boolean isExpired(Instant now) {
        return expires != null && !now.isBefore(expires);
    }

    /** Gives handlers the caller and its account as request attributes. */
    void addTo(ServerWebExchange exchange) {
        exchange.getAttributes().put(ATTRIBUTE, this);
        exchange.getAttributes().put("account", account);
    }
}

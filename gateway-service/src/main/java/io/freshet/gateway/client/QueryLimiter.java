package io.freshet.gateway.client;

import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/** Limiter of the queries that one account has in progress, so that its slow ones never hold all connections. */
final class QueryLimiter {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final int perAccount;
    /** By account; accounts without queries are removed. */
    private final Map<String, Integer> inProgress = new ConcurrentHashMap<>();

    QueryLimiter(int perAccount) {
        this.perAccount = perAccount;
    }

    /** Returns the query's result; a 429 problem if the account has too many in progress. */
    <T> Mono<T> limit(String account, Mono<T> query) {
        return Mono.defer(() -> {
            if (inProgress.merge(account, 1, Integer::sum) > perAccount) {
                release(account);
                throw ProblemException.of(
                                ProblemType.RATE_LIMITED,
                                "The account has " + perAccount + " queries in progress. Retry when they are answered.")
                        .retryAfter(RETRY_AFTER);
            }
            return query.doFinally(_ -> release(account));
        });
    }

    private void release(String account) {
        inProgress.computeIfPresent(account, (_, queries) -> queries == 1 ? null : queries - 1);
    }
}

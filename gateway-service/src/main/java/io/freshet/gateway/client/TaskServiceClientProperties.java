package io.freshet.gateway.client;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the HTTP client of task-service.
 *
 * @param url Base URL of task-service.
 * @param admissionTimeout Time to wait for an admission. After it the request gets 503, but a URL refresh is accepted
 *     without admission if task-service has answered no admission meanwhile. A positive duration.
 * @param queryTimeout Time after which a query is answered with 503. A positive duration.
 * @param queriesPerAccount Queries that one account may have in progress in this gateway; more get 429. At least 1.
 * @param refusalTtl Time for which the gateway refuses an account's requests by itself after task-service has refused
 *     one by quota or rate. A refunded quota may be noticed as late. 0 to 5 s.
 */
@ConfigurationProperties("freshet.gateway.task-service")
record TaskServiceClientProperties(
        @DefaultValue("http://localhost:8082") String url,
        @DefaultValue("500ms") Duration admissionTimeout,
        @DefaultValue("5s") Duration queryTimeout,
        @DefaultValue("16") int queriesPerAccount,
        @DefaultValue("1s") Duration refusalTtl) {

    private static final Duration MAX_REFUSAL_TTL = Duration.ofSeconds(5);

    TaskServiceClientProperties {
        if (queriesPerAccount < 1 || refusalTtl.isNegative() || refusalTtl.compareTo(MAX_REFUSAL_TTL) > 0) {
            throw new IllegalArgumentException("freshet.gateway.task-service: queries-per-account (" + queriesPerAccount
                    + ") must be at least 1, refusal-ttl (" + refusalTtl + ") between 0 and 5 s");
        }
    }
}

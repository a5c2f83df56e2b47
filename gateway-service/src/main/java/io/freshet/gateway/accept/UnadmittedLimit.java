package io.freshet.gateway.accept;

import io.freshet.fleet.Account;
import io.freshet.gateway.GatewayProperties;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** What an account may refresh while nobody can be asked about its quota. */
@Component
class UnadmittedLimit {

    private final int urlsPerMinute;
    private final Counter accepted;
    /** As many as there are accounts in the configuration. */
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    UnadmittedLimit(GatewayProperties properties, MeterRegistry meters) {
        this.urlsPerMinute = properties.unadmittedUrlsPerMinute();
        this.accepted = Counter.builder("freshet.unadmitted.urls")
                .description("URLs accepted without admission, because task-service did not answer")
                .register(meters);
    }

    /**
     * @throws ProblemException 429 if that is more than the account has left
     */
    void take(Account account, int urls) {
        ConsumptionProbe probe =
                buckets.computeIfAbsent(account.id(), _ -> bucket()).tryConsumeAndReturnRemaining(urls);
        if (!probe.isConsumed()) {
            throw ProblemException.of(
                            ProblemType.RATE_LIMITED,
                            "quotas cannot be checked at the moment; until then " + urlsPerMinute
                                    + " URLs a minute are accepted, and " + probe.getRemainingTokens() + " are left")
                    .retryAfter(Duration.ofNanos(probe.getNanosToWaitForRefill()));
        }
        accepted.increment(urls);
    }

    private Bucket bucket() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(urlsPerMinute).refillGreedy(urlsPerMinute, Duration.ofMinutes(1)))
                .build();
    }
}

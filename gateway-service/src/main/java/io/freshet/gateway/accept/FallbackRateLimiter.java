package io.freshet.gateway.accept;

import io.freshet.fleet.account.Account;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.request.object.LimitProperties;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** Rate limiter of the URLs that each account may refresh while task-service cannot check quotas. */
@Component
class FallbackRateLimiter {

    private final int urlsPerMinute;
    private final Counter accepted;
    /** By account id; bounded by the configured accounts. */
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    FallbackRateLimiter(AcceptProperties properties, LimitProperties limits, MeterRegistry meters) {
        this.urlsPerMinute = properties.fallbackUrlsPerMinute();
        if (urlsPerMinute < limits.maxUrls()) {
            throw new IllegalArgumentException("freshet.gateway.fallback-urls-per-minute (" + urlsPerMinute
                    + ") must be at least freshet.gateway.limits.max-urls (" + limits.maxUrls()
                    + "), or the largest request would never be accepted");
        }
        this.accepted = Counter.builder("freshet.unadmitted.urls")
                .description("URLs accepted without admission, because task-service did not answer")
                .register(meters);
    }

    /**
     * Acquires permits for the URLs.
     *
     * @throws ProblemException 429 if the account has too few left
     */
    void acquire(Account account, int urls) {
        ConsumptionProbe probe =
                buckets.computeIfAbsent(account.id(), _ -> bucket()).tryConsumeAndReturnRemaining(urls);
        if (!probe.isConsumed()) {
            throw ProblemException.of(
                            ProblemType.RATE_LIMITED,
                            "Quotas cannot be checked at the moment. Until then " + urlsPerMinute
                                    + " URLs per minute are accepted, of which " + probe.getRemainingTokens()
                                    + " are left.")
                    .retryAfter(Duration.ofNanos(probe.getNanosToWaitForRefill()));
        }
        accepted.increment(urls);
    }

    private Bucket bucket() {
        return Bucket.builder()
                .withNanosecondPrecision() // monotonic: a clock that is set back would stop the refill
                .addLimit(limit -> limit.capacity(urlsPerMinute).refillGreedy(urlsPerMinute, Duration.ofMinutes(1)))
                .build();
    }
}

package io.freshet.push.limit;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Limiter of the load on one origin. Its semaphores are fair, so the domain's tasks take turns. */
public final class OriginLimiter {

    private final OriginLimit limit;
    private final Semaphore requests;
    private final Map<String, Semaphore> shares = new ConcurrentHashMap<>();
    private final @Nullable Bucket bytes;

    OriginLimiter(OriginLimit limit) {
        this(limit, TimeMeter.SYSTEM_NANOTIME);
    }

    /**
     * Creates the limiter.
     *
     * @param clock time source of the byte rate
     */
    OriginLimiter(OriginLimit limit, TimeMeter clock) {
        this.limit = limit;
        this.requests = new Semaphore(limit.requestsInFlight(), true);
        long rate = limit.bytesPerSecond().toBytes();
        this.bytes = rate == 0
                ? null
                : Bucket.builder()
                        .withCustomTimePrecision(clock)
                        .addLimit(second -> second.capacity(rate).refillGreedy(rate, Duration.ofSeconds(1)))
                        .build();
    }

    /** Returns the permits for requests to the origin. */
    public Semaphore requests() {
        return requests;
    }

    /**
     * Returns the permits of one node, so that a node that hangs does not take all requests.
     *
     * @param nodes number of nodes of its tier
     */
    public Semaphore share(String node, int nodes) {
        return shares.computeIfAbsent(node, _ -> new Semaphore(Math.max(1, limit.requestsInFlight() / nodes), true));
    }

    /**
     * Counts bytes that were read, and waits until more may be read.
     *
     * @return the time waited
     */
    public Duration taken(int count) throws InterruptedException {
        Duration debt = debtAfter(count);
        if (debt.isPositive()) { // a sleep of 0 is a yield
            Thread.sleep(debt);
        }
        return debt;
    }

    /** Returns the pause after these bytes: more than one second's worth must be paid back first. */
    Duration debtAfter(int count) {
        return bytes == null ? Duration.ZERO : Duration.ofNanos(bytes.consumeIgnoringRateLimits(count));
    }
}

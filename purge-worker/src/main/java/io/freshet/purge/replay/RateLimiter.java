package io.freshet.purge.replay;

import io.github.bucket4j.Bucket;
import java.time.Duration;

/** Rate limiter of all catch-ups together. Thread-safe. */
public final class RateLimiter {

    /** A tenth of a second's worth may be sent at once. */
    private static final int BURST_PART = 10;

    private final Bucket bucket;

    public RateLimiter(int perSecond) {
        this.bucket = Bucket.builder()
                .addLimit(limit -> limit.capacity(Math.max(1, perSecond / BURST_PART))
                        .refillGreedy(perSecond, Duration.ofSeconds(1)))
                .build();
    }

    /** Takes a count of any size, and waits until it and everything taken before has had its time. */
    void acquire(int count) throws InterruptedException {
        if (count > 0) {
            Thread.sleep(Duration.ofNanos(bucket.consumeIgnoringRateLimits(count)));
        }
    }
}

package io.freshet.purge.replay;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/** Rate limiter of all catch-ups together. Thread-safe. */
public final class RateLimiter {

    /** A tenth of a second's worth may be sent at once. */
    private static final int BURST_PART = 10;

    private final Bucket bucket;

    public RateLimiter(int perSecond) {
        this(perSecond, TimeMeter.SYSTEM_NANOTIME);
    }

    RateLimiter(int perSecond, TimeMeter clock) {
        this.bucket = Bucket.builder()
                .withCustomTimePrecision(clock)
                .addLimit(limit -> limit.capacity(Math.max(1, perSecond / BURST_PART))
                        .refillGreedy(perSecond, Duration.ofSeconds(1)))
                .build();
    }

    /** Takes a count of any size, and waits until it and everything taken before has had its time. */
    void acquire(int count) throws InterruptedException {
        Thread.sleep(pauseAfter(count));
    }

    /** Takes a count, and returns the time until it and everything taken before has had its time. */
    Duration pauseAfter(int count) {
        return count == 0 ? Duration.ZERO : Duration.ofNanos(bucket.consumeIgnoringRateLimits(count));
    }
}

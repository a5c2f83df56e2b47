package io.freshet.push.limit;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/**
 * Rate that begins without credit and saves up at most a second, so that over a minute a burst adds less than two
 * percent.
 */
final class RateLimit {

    private final Bucket bucket;

    /**
     * Creates a rate.
     *
     * @param perSecond at least 1
     */
    RateLimit(long perSecond, TimeMeter clock) {
        this.bucket = Bucket.builder()
                .withCustomTimePrecision(clock)
                .addLimit(limit -> limit.capacity(perSecond)
                        .refillGreedy(perSecond, Duration.ofSeconds(1))
                        .initialTokens(0))
                .build();
    }

    /** Takes this many at once, and returns the time after which they are paid back. */
    Duration debtAfter(long count) {
        return Duration.ofNanos(bucket.consumeIgnoringRateLimits(count));
    }

    /** Gives back what was taken too much. */
    void giveBack(long count) {
        bucket.addTokens(count);
    }

    /** Takes one if the rate allows it now. */
    boolean tryTake() {
        return bucket.tryConsume(1);
    }

    /** Returns the time until one can be taken, unless others take it. */
    Duration untilNext() {
        return Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill());
    }
}

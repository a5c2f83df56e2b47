package io.freshet.push.task;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Retries of temporary failures.
 *
 * @param maxAttempts attempts for each variant of an object on a node, at least 1
 * @param initialBackoff pause before the second attempt, positive; it doubles with each attempt, half of it is random
 * @param maxBackoff longest pause, also for a {@code Retry-After}; at least the initial back-off
 * @param laggingNodeTimeout time to wait for a lagging or unreachable node before its objects fail, not negative
 */
public record RetryPolicy(
        @DefaultValue("5") int maxAttempts,
        @DefaultValue("500ms") Duration initialBackoff,
        @DefaultValue("60s") Duration maxBackoff,
        @DefaultValue("30m") Duration laggingNodeTimeout) {

    private static final int MAX_DOUBLINGS = 20;

    public RetryPolicy {
        if (maxAttempts < 1
                || !initialBackoff.isPositive()
                || maxBackoff.compareTo(initialBackoff) < 0
                || laggingNodeTimeout.isNegative()) {
            throw new IllegalArgumentException("freshet.push.retries: max-attempts (" + maxAttempts
                    + ") must be at least 1, initial-backoff (" + initialBackoff + ") positive, max-backoff ("
                    + maxBackoff + ") no shorter, and lagging-node-timeout (" + laggingNodeTimeout + ") not negative");
        }
    }

    /**
     * Returns the pause after a failed attempt.
     *
     * @param attempt from 1
     * @param asked the response's {@code Retry-After}
     */
    Duration backoffAfter(int attempt, @Nullable Duration asked) {
        Duration grown = initialBackoff.multipliedBy(1L << Math.min(attempt - 1, MAX_DOUBLINGS));
        Duration longest = shorter(grown, maxBackoff);
        Duration half = longest.dividedBy(2);
        Duration pause = half.plusNanos(ThreadLocalRandom.current().nextLong(half.toNanos() + 1));
        Duration wanted = asked == null ? Duration.ZERO : shorter(asked, maxBackoff);
        return pause.compareTo(wanted) > 0 ? pause : wanted;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}

package io.freshet.push.task;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Retries of temporary failures.
 *
 * @param maxAttempts attempts for each variant of an object on a node, at least 1
 * @param initialBackoff shortest pause before the second attempt, at least 1 ms; it doubles with each attempt, and
 *     up to half of it is added or taken away at random
 * @param maxBackoff longest pause, also for a {@code Retry-After}; at least the initial back-off
 * @param laggingNodeTimeout time to wait for a lagging or unreachable node before its objects fail, not negative
 */
public record RetryPolicy(
        @DefaultValue("5") int maxAttempts,
        @DefaultValue("500ms") Duration initialBackoff,
        @DefaultValue("60s") Duration maxBackoff,
        @DefaultValue("30m") Duration laggingNodeTimeout) {

    public RetryPolicy {
        if (maxAttempts < 1
                || initialBackoff.toMillis() < 1
                || maxBackoff.compareTo(initialBackoff) < 0
                || laggingNodeTimeout.isNegative()) {
            throw new IllegalArgumentException("freshet.push.retries: max-attempts (" + maxAttempts
                    + ") must be at least 1, initial-backoff (" + initialBackoff + ") at least 1 ms, max-backoff ("
                    + maxBackoff + ") no shorter, and lagging-node-timeout (" + laggingNodeTimeout + ") not negative");
        }
    }

    /** Returns the pauses between the attempts for one variant of an object on a node. */
    BackOffExecution backOff() {
        ExponentialBackOff backOff = new ExponentialBackOff(initialBackoff.toMillis(), 2);
        backOff.setJitter(initialBackoff.toMillis() / 2);
        backOff.setMaxInterval(maxBackoff.toMillis());
        return backOff.start();
    }

    /**
     * Returns the pause after a failed attempt.
     *
     * @param backOff of this object and node
     * @param asked the response's {@code Retry-After}
     */
    Duration pause(BackOffExecution backOff, @Nullable Duration asked) {
        Duration pause = Duration.ofMillis(backOff.nextBackOff());
        if (asked == null || asked.compareTo(pause) < 0) {
            return pause;
        }
        return asked.compareTo(maxBackoff) < 0 ? asked : maxBackoff;
    }
}

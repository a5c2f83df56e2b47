package io.freshet.push.task;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What may pass is tried again.
 *
 * @param attempts in all, for each variant of an object on a node
 * @param firstPause before the second attempt; it doubles with every attempt, and half of it is random
 * @param longestPause what the pause grows to, and how much of a {@code Retry-After} is honoured
 * @param lateNode how long a node that is late is waited for, before its objects fail
 */
public record Retries(
        @DefaultValue("5") int attempts,
        @DefaultValue("500ms") Duration firstPause,
        @DefaultValue("60s") Duration longestPause,
        @DefaultValue("30m") Duration lateNode) {

    private static final int MAX_DOUBLINGS = 20;

    public Retries {
        if (attempts < 1
                || !firstPause.isPositive()
                || longestPause.compareTo(firstPause) < 0
                || lateNode.isNegative()) {
            throw new IllegalArgumentException("freshet.push.retries: attempts (" + attempts
                    + ") are at least 1, first-pause (" + firstPause + ") is longer than nothing, longest-pause ("
                    + longestPause + ") no shorter, and late-node (" + lateNode + ") not negative");
        }
    }

    /**
     * How long to wait after an attempt that failed.
     *
     * @param attempt from 1
     * @param asked what the answer asked for
     */
    Duration pauseAfter(int attempt, @Nullable Duration asked) {
        Duration grown = firstPause.multipliedBy(1L << Math.min(attempt - 1, MAX_DOUBLINGS));
        Duration longest = shorter(grown, longestPause);
        Duration half = longest.dividedBy(2);
        Duration pause = half.plusNanos(ThreadLocalRandom.current().nextLong(half.toNanos() + 1));
        Duration wanted = asked == null ? Duration.ZERO : shorter(asked, longestPause);
        return pause.compareTo(wanted) > 0 ? pause : wanted;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}

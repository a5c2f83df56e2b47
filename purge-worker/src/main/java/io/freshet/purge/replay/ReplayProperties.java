package io.freshet.purge.replay;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the replay.
 *
 * @param catchUpObjectsPerSecond objects sent per second to all nodes together that are catching up. At least 1
 * @param reboundDelay delay between the first purge and the second, where a fetch in progress could undo the first.
 *     Must be positive and longer than the origin's slowest answer
 * @param retireAfter time for which tasks go on waiting for a node after it has left the fleet file. Must be longer than
 *     the workers take to receive a changed fleet file. Zero or more
 */
@ConfigurationProperties("freshet.delivery")
public record ReplayProperties(
        @DefaultValue("20000") int catchUpObjectsPerSecond,
        @DefaultValue("60s") Duration reboundDelay,
        @DefaultValue("60s") Duration retireAfter) {

    public ReplayProperties {
        if (catchUpObjectsPerSecond < 1 || !reboundDelay.isPositive() || retireAfter.isNegative()) {
            throw new IllegalArgumentException(
                    "freshet.delivery: catch-up-objects-per-second must be at least 1, rebound-delay positive, "
                            + "retire-after not negative");
        }
    }
}

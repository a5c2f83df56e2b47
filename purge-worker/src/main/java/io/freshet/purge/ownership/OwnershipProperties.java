package io.freshet.purge.ownership;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the consumption of refreshes.
 *
 * @param objectsInFlight objects of begun refreshes over all partitions, each of which has an equal share; one poll of
 *     records may exceed it. Long-lived objects cost GC time: 16,000 objects are about 0.2 s of work for one node. At
 *     least 1
 * @param recordsPerPoll records that are read at once; one record may hold 1,000 objects. At least 1
 * @param stopTimeout time that a stop waits for the refreshes in flight; the next worker repeats what is not done then.
 *     Zero or more
 * @param cursorInterval time between two writes of a partition's cursors, each a transaction of a few requests. What
 *     was done since the last one is repeated after a crash, and a second purge may follow this much later than
 *     rebound-delay. Positive
 */
@ConfigurationProperties("freshet.delivery")
public record OwnershipProperties(
        @DefaultValue("16000") int objectsInFlight,
        @DefaultValue("2") int recordsPerPoll,
        @DefaultValue("10s") Duration stopTimeout,
        @DefaultValue("5s") Duration cursorInterval) {

    public OwnershipProperties {
        if (objectsInFlight < 1 || recordsPerPoll < 1 || stopTimeout.isNegative() || !cursorInterval.isPositive()) {
            throw new IllegalArgumentException(
                    "freshet.delivery: objects-in-flight and records-per-poll must be at least 1, "
                            + "stop-timeout not negative, cursor-interval positive");
        }
    }

    /** Returns the objects that may be in flight if each of them is sent to this many nodes. */
    public int objectsInFlight(int purgesInFlight, int nodes) {
        return Math.clamp(purgesInFlight / Math.max(1, nodes), 1, objectsInFlight);
    }
}

package io.freshet.purge.delivery;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the worker delivers.
 *
 * @param purgesInFlight over all commands, an object for a node is one; bounds the worker's memory with
 * @param objectsInFlight of commands that are begun, which are no more than this and the purges have room for, but for those of one poll of each
 *     partition
 * @param recordsPerPoll one record may hold 1,000 objects
 * @param stopTimeout how long a stop waits for what is in flight
 * @param reboundDelay between the first purge and the second: longer than an origin's slowest answer
 * @param catchUpObjectsPerSecond sent to all late nodes together
 * @param flushByItself whether a node that owes what is no longer in the log is flushed without an operator's order
 * @param flushPause between two nodes of a tier that are flushed
 */
@ConfigurationProperties("freshet.delivery")
record DeliveryProperties(
        @DefaultValue("50000") int purgesInFlight,
        @DefaultValue("16000") int objectsInFlight,
        @DefaultValue("2") int recordsPerPoll,
        @DefaultValue("10s") Duration stopTimeout,
        @DefaultValue("60s") Duration reboundDelay,
        @DefaultValue("20000") int catchUpObjectsPerSecond,
        @DefaultValue("true") boolean flushByItself,
        @DefaultValue("5s") Duration flushPause) {

    DeliveryProperties {
        if (purgesInFlight < 1 || objectsInFlight < 1 || !reboundDelay.isPositive() || catchUpObjectsPerSecond < 1) {
            throw new IllegalArgumentException(
                    "freshet.delivery: rebound-delay is positive, purges-in-flight, objects-in-flight and catch-up-objects-per-second are at least 1");
        }
    }

    /** So many objects may be in flight to so many nodes. */
    int objectsInFlight(int nodes) {
        return Math.clamp(purgesInFlight / Math.max(1, nodes), 1, objectsInFlight);
    }
}

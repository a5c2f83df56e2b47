package io.freshet.kafka.command;

import java.time.Duration;

/**
 * Bounds of a {@link CommandConsumer}.
 *
 * @param objects objects in flight over all partitions, at least 1; one poll may exceed it
 * @param recordsPerPoll records per poll, at least 1; one record may hold a thousand objects
 * @param stopTimeout time that a stop waits for commands in flight, not negative
 */
public record ConsumerLimits(int objects, int recordsPerPoll, Duration stopTimeout) {

    public ConsumerLimits {
        if (objects < 1 || recordsPerPoll < 1 || stopTimeout.isNegative()) {
            throw new IllegalArgumentException("objects in flight (" + objects + ") and records per poll ("
                    + recordsPerPoll + ") must be at least 1, the stop timeout (" + stopTimeout
                    + ") must not be negative");
        }
    }
}

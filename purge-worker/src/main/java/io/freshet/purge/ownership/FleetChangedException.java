package io.freshet.purge.ownership;

import org.apache.kafka.common.KafkaException;

/** The fleet has changed, so that a partition must be taken over anew with the nodes of the new one. */
final class FleetChangedException extends KafkaException {

    FleetChangedException() {
        super("the configured nodes have changed");
    }
}

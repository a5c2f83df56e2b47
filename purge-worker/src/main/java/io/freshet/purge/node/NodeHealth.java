package io.freshet.purge.node;

import java.time.Instant;

/** Health of a node, and why it does not receive purges if it is not healthy. */
public sealed interface NodeHealth {

    /** Returns the time at which the node became healthy, or ceased to be. */
    Instant since();

    /** Returns whether purges are sent to the node. */
    default boolean isHealthy() {
        return this instanceof Healthy;
    }

    /** Returns the reason for people; it continues a sentence that begins with the node's id. */
    String reason();

    /** The node accepts probes, or its first probe is still running. */
    record Healthy(Instant since) implements NodeHealth {
        @Override
        public String reason() {
            return "is reachable";
        }
    }

    /** The node does not answer probes. */
    record Unreachable(Instant since, String cause) implements NodeHealth {
        @Override
        public String reason() {
            return "is unreachable: " + cause;
        }
    }

    /** The node refuses probes, until an operator corrects its configuration or the worker's. */
    record Refusing(Instant since, String answer) implements NodeHealth {
        @Override
        public String reason() {
            return answer;
        }
    }

    /** The node answers probes, but purges wait for it too long. */
    record Slow(Instant since, String cause) implements NodeHealth {
        @Override
        public String reason() {
            return "does not receive purges in time: " + cause;
        }
    }
}

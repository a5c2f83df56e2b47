package io.freshet.purge.node;

import java.time.Instant;

/** How a node stands, by its probe. */
public sealed interface NodeHealth {

    /** Since when. */
    Instant since();

    /** Whether purges are sent to it at once; else they are owed. */
    default boolean isUsable() {
        return this instanceof Usable;
    }

    /** For people; continues a sentence that begins with the node's id. */
    String why();

    /** It answers and obeys, or nothing is known against it yet. */
    record Usable(Instant since) implements NodeHealth {
        @Override
        public String why() {
            return "is reachable";
        }
    }

    /** Probes get no answer. */
    record Unreachable(Instant since, String cause) implements NodeHealth {
        @Override
        public String why() {
            return "is late: " + cause;
        }
    }

    /** It answers that it will not: a fault of configuration, there until somebody mends it. */
    record Refusing(Instant since, String answer) implements NodeHealth {
        @Override
        public String why() {
            return answer;
        }
    }

    /** It answers probes, but what was waiting for it waited too long. */
    record Slow(Instant since, String cause) implements NodeHealth {
        @Override
        public String why() {
            return "is late: " + cause;
        }
    }
}

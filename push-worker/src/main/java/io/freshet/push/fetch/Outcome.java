package io.freshet.push.fetch;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of one request. The reasons are for the account that asked: they name no address. */
public sealed interface Outcome {

    /** The name under which it is counted. */
    String name();

    /**
     * The whole body came through the node.
     *
     * @param bytes of the body
     * @param confirmed whether the node itself says that it keeps the object; false where it cannot say
     */
    record Fetched(long bytes, boolean confirmed) implements Outcome {
        @Override
        public String name() {
            return confirmed ? "stored" : "fetched";
        }
    }

    /** It will be no better next time. */
    record Refused(String reason) implements Outcome {
        @Override
        public String name() {
            return "refused";
        }
    }

    /** The body came, and the node does not keep it: because it may not, or because a purge came between. */
    record NotKept(String reason) implements Outcome {
        @Override
        public String name() {
            return "not_kept";
        }
    }

    /**
     * It may be better next time.
     *
     * @param after how long the answer asks to be left alone
     */
    record Failed(String reason, @Nullable Duration after) implements Outcome {
        @Override
        public String name() {
            return "failed";
        }
    }

    /** No connection: the node is away, whatever the object. */
    record Unreachable(String reason) implements Outcome {
        @Override
        public String name() {
            return "unreachable";
        }
    }
}

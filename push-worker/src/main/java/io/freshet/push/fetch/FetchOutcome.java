package io.freshet.push.fetch;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Outcome of one request. Its reason is shown to the account, so it contains no address. */
public sealed interface FetchOutcome {

    /** Returns the value of the metric's tag {@code outcome}. */
    String name();

    /**
     * The whole body was received through the node.
     *
     * @param bytes of the body
     * @param confirmed whether the node reports that it stored the response; false if it does not report that
     * @param remark what the response is, if it is not the object itself; else null
     */
    record Fetched(long bytes, boolean confirmed, @Nullable String remark) implements FetchOutcome {

        /** The object itself. */
        Fetched(long bytes, boolean confirmed) {
            this(bytes, confirmed, null);
        }

        @Override
        public String name() {
            return confirmed ? "stored" : "fetched";
        }
    }

    /** Permanent failure. */
    record Rejected(String reason) implements FetchOutcome {
        @Override
        public String name() {
            return "refused";
        }
    }

    /** The body was received but not stored: it is uncacheable, or a purge came between. */
    record NotStored(String reason) implements FetchOutcome {
        @Override
        public String name() {
            return "not_kept";
        }
    }

    /**
     * Temporary failure.
     *
     * @param after the response's {@code Retry-After}
     * @param status of the response; 0 if none came
     */
    record Retryable(String reason, @Nullable Duration after, int status) implements FetchOutcome {

        /** A failure without a response. */
        Retryable(String reason, @Nullable Duration after) {
            this(reason, after, 0);
        }

        /** Returns whether the origin asks for fewer requests. */
        public boolean isOverloaded() {
            return status == 429 || status == 503;
        }

        @Override
        public String name() {
            return "failed";
        }
    }

    /** The node cannot be connected to. */
    record NoConnection(String reason) implements FetchOutcome {
        @Override
        public String name() {
            return "unreachable";
        }
    }
}

package io.freshet.purge.driver;

/** Meaning of a node's response to a purge. */
public sealed interface PurgeOutcome {

    /** Outcome that ends a purge. */
    sealed interface Final {}

    /** The node no longer has the object, or never had it. */
    enum Gone implements PurgeOutcome, Final {
        PURGED,
        ABSENT
    }

    /**
     * The node or the worker is configured wrongly for this purge. Every status that a driver does not know is refused.
     *
     * @param answer for people, such as {@code answered 401 Unauthorized}
     */
    record Refused(String answer) implements PurgeOutcome, Final {}

    /**
     * The node cannot purge at the moment; the same purge may succeed later.
     *
     * @param answer for people, such as {@code answered 503 Service Unavailable}
     */
    record Busy(String answer) implements PurgeOutcome {}

    /**
     * The node has confirmed the purge several times, and still has a copy from before it.
     *
     * @param reason for people; it continues a sentence that begins with the node's id
     */
    record StillServed(String reason) implements Final {}
}

package io.freshet.purge.driver;

/** What an answer means. */
public sealed interface PurgeOutcome {

    /** An answer that settles the matter for now. */
    sealed interface Final extends PurgeOutcome {}

    /** The node does not have the object any more, or never had it. */
    enum Gone implements Final {
        PURGED,
        ABSENT
    }

    /**
     * The node will not do it as it or we are configured; whatever a driver does not know is this.
     *
     * @param answer for people, such as {@code answered 401 Unauthorized}
     */
    record Refused(String answer) implements Final {}

    /**
     * The node cannot do it at the moment: the same purge may succeed the next time.
     *
     * @param answer for people, such as {@code answered 503 Service Unavailable}
     */
    record Busy(String answer) implements PurgeOutcome {}
}

package io.freshet.purge.driver;

/** What an answer means. */
public sealed interface Outcome {

    /** The node does not have the object any more, or never had it. */
    enum Gone implements Outcome {
        PURGED,
        ABSENT
    }

    /**
     * The node will not do it as it or we are configured; whatever a driver does not know is this.
     *
     * @param answer for people, such as {@code answered 401 Unauthorized}
     */
    record Refused(String answer) implements Outcome {}
}

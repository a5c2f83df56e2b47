package io.freshet.purge.node;

import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeDriver;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.verify.PurgeVerifier;
import java.util.function.Consumer;

/** Node that purges are sent to, as a {@link PurgeSender} sees it. Any thread may call any method. */
interface PurgeTarget {

    /** Returns the node's id. */
    String id();

    PurgeDriver driver();

    PurgeVerifier verifier();

    /**
     * Looks for the copy of a purge over a connection of its own, in the background.
     *
     * @param answered takes the response on another thread; without one the attempt fails
     */
    void look(PurgeAttempt attempt, Consumer<PurgeAnswer> answered);

    /** Returns whether a look follows the purge. */
    default boolean isLookedAt(PurgeAttempt attempt) {
        return attempt.isVerified() && verifier().canLook() && attempt.purge().namesUrl();
    }

    /** Returns whether purges may be sent to the node now. */
    boolean isOpen();

    /** The node has answered something since the last call. */
    void responded();

    /** The node has answered this purge finally. */
    void answered(PurgeAttempt attempt, PurgeOutcome.Final outcome);

    /** This try of a purge has failed, and may be followed by another. */
    void failed(PurgeAttempt attempt, String cause);

    /** The purge cannot be sent, since the node is not open. */
    void undelivered(PurgeAttempt attempt);
}

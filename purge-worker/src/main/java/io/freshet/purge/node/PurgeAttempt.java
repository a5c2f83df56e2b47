package io.freshet.purge.node;

import io.freshet.purge.driver.Purge;
import io.freshet.purge.driver.PurgeOutcome;

/** One purge for one node. Exactly one of the two result methods is called, once; neither may block. */
public abstract class PurgeAttempt {

    /** Start of the wait in the queue, in nanoseconds; only the {@link PurgeQueue} uses it. */
    long queuedAt;

    /** Time of the first sending, in nanoseconds; only the {@link PurgeSender} that holds the attempt uses it. */
    long startedAt;

    /** Failures so far; only the {@link PurgeSender} that holds the attempt uses it. */
    int failures;

    /** Returns the purge to send. */
    public abstract Purge purge();

    /** The node has answered. */
    public abstract void answered(PurgeOutcome.Final outcome);

    /** The node does not receive the purge now, for this reason. */
    public abstract void undelivered(NodeHealth reason);
}

package io.freshet.purge.node;

import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.driver.Purge;

/** One purge for one node. Exactly one of the two ends is told, once; neither may block. */
public abstract class PurgeAttempt {

    /** When it began to wait to be sent, in nanoseconds; only the {@link PurgeQueue} uses it. */
    long queuedAt;

    /** When it was sent first, in nanoseconds; only the {@link PurgeSender} that has it uses it. */
    long startedAt;

    /** How often it has failed; only the {@link PurgeSender} that has it uses it. */
    int failures;

    public abstract Purge purge();

    /** The node has answered. */
    public abstract void answered(PurgeOutcome.Final outcome);

    /** The node will not get it now: it is owed. */
    public abstract void late(NodeHealth standing);
}

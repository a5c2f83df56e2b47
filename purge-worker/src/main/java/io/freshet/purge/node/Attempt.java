package io.freshet.purge.node;

import io.freshet.purge.driver.Outcome;
import io.freshet.purge.driver.Purge;

/** One purge for one node. Exactly one of the two ends is told, once; neither may block. */
public abstract class Attempt {

    /** When it began to wait to be sent, in nanoseconds; only the {@link Outbox} uses it. */
    long queuedAt;

    /** When it was sent first, in nanoseconds; only the {@link Sender} that has it uses it. */
    long startedAt;

    /** How often it has failed; only the {@link Sender} that has it uses it. */
    int failures;

    public abstract Purge purge();

    /** The node has answered. */
    public abstract void answered(Outcome.Final outcome);

    /** The node will not get it now: it is owed. */
    public abstract void late(Standing standing);
}

package io.freshet.purge.node;

import io.freshet.purge.driver.Outcome;
import io.freshet.purge.driver.Purge;

/** One purge for one node. Exactly one of the two ends is told, once; neither may block. */
public interface Attempt {

    Purge purge();

    /** The node has answered. */
    void answered(Outcome.Final outcome);

    /** The node will not get it now: it is owed. */
    void late(Standing standing);
}

package io.freshet.contracts.message;

import java.time.Instant;

/** What an operator wants done with a node. Orders lie in one partition, compacted by key: the newest of each kind counts. */
public sealed interface NodeAction extends Message permits HoldNode, ReleaseNode, RewindNode, FlushNode {

    /** The node's id. */
    String node();

    /** The operator's account. */
    String by();

    /** When it was given. */
    Instant at();
}

package io.freshet.contracts.message;

import java.time.Instant;

/**
 * Action of an operator on a node. All actions are in one compacted partition: the latest of each kind and node counts.
 */
public sealed interface NodeAction extends Message permits HoldNode, ReleaseNode, RewindNode, FlushNode {

    /** The node's id. */
    String node();

    /** The operator's account. */
    String by();

    /** When it was given. */
    Instant at();
}

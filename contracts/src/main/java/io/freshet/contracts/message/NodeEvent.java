package io.freshet.contracts.message;

/** Event of a node. */
public sealed interface NodeEvent extends Message permits NodeChanged, NodeFlushed {

    /** The node's id. */
    String node();
}

package io.freshet.purge.node;

/** Load of one node, as its peers see it. */
interface NodeLoad {

    /** Returns whether the node is healthy and no purge waits for it. */
    boolean isIdle();
}

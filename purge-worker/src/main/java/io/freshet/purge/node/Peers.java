package io.freshet.purge.node;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Nodes of one tier. A slow node delays the others only if one of them is idle. */
public final class Peers {

    /** Load of one node, as its peers see it. */
    interface NodeLoad {

        /** Returns whether the node is healthy and no purge waits for it. */
        boolean isIdle();
    }

    private final List<NodeLoad> nodes = new CopyOnWriteArrayList<>();

    void add(NodeLoad node) {
        nodes.add(node);
    }

    void remove(NodeLoad node) {
        nodes.remove(node);
    }

    /** Returns whether a node other than this one is idle. */
    boolean isAnotherIdle(NodeLoad node) {
        return nodes.stream().anyMatch(other -> other != node && other.isIdle());
    }
}

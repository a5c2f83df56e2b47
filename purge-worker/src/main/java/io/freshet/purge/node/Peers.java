package io.freshet.purge.node;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Nodes of one tier. A slow node delays the others only if one of them is idle. */
public final class Peers {

    private final List<NodeLoad> nodes = new CopyOnWriteArrayList<>();

    void add(NodeLoad node) {
        nodes.add(node);
    }

    /** Returns whether a node other than this one is idle. */
    boolean isAnotherIdle(NodeLoad node) {
        return nodes.stream().anyMatch(other -> other != node && other.isIdle());
    }
}

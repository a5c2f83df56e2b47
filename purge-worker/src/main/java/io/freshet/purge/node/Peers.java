package io.freshet.purge.node;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The nodes of one tier: a slow one holds up the others only if these have nothing else to do. */
public final class Peers {

    private final List<NodeChannel> nodes = new CopyOnWriteArrayList<>();

    void add(NodeChannel node) {
        nodes.add(node);
    }

    /** Whether a usable node beside this one has nothing to do. */
    boolean areIdle(NodeChannel beside) {
        return nodes.stream().anyMatch(node -> node != beside && node.standing().isUsable() && node.isIdle());
    }
}

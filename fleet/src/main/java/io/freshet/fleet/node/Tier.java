package io.freshet.fleet.node;

import java.util.List;

/**
 * Nodes that stand side by side.
 *
 * @param pushRouting which of them a push warms
 * @param newNodes what is believed of one that is new here
 */
public record Tier(String name, PushRouting pushRouting, NewNodes newNodes, List<Node> nodes) {

    public Tier {
        nodes = List.copyOf(nodes);
    }

    /** Returns the nodes of a region. */
    public List<Node> nodesOf(String region) {
        return nodes.stream().filter(node -> region.equals(node.region())).toList();
    }

    /** Nodes that are empty when they are new. */
    public Tier(String name, PushRouting pushRouting, List<Node> nodes) {
        this(name, pushRouting, NewNodes.EMPTY, nodes);
    }
}

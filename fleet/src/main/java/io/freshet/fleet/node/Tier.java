package io.freshet.fleet.node;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that stand side by side.
 *
 * @param pushRouting which of them a push warms
 * @param newNodes what is believed of one that is new here
 * @param discovery how nodes are found that no file names; null if they are not
 */
public record Tier(
        String name,
        PushRouting pushRouting,
        NewNodes newNodes,
        List<Node> nodes,
        @Nullable Discovery discovery) {

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

    /** A tier without discovery. */
    public Tier(String name, PushRouting pushRouting, NewNodes newNodes, List<Node> nodes) {
        this(name, pushRouting, newNodes, nodes, null);
    }

    /** Returns this tier with further nodes. */
    public Tier with(List<Node> more) {
        return new Tier(
                name,
                pushRouting,
                newNodes,
                Stream.concat(nodes.stream(), more.stream()).toList(),
                discovery);
    }
}

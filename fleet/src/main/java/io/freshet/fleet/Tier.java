package io.freshet.fleet;

import java.util.List;

/**
 * Nodes that stand side by side.
 *
 * @param pushRouting which of them a push warms
 */
public record Tier(String name, PushRouting pushRouting, List<Node> nodes) {

    public Tier {
        nodes = List.copyOf(nodes);
    }
}

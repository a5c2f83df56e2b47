package io.freshet.purge.delivery;

import io.freshet.contracts.Selector;
import io.freshet.fleet.Fleet;
import io.freshet.fleet.Node;
import io.freshet.purge.node.NodeChannel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The channels to all nodes, in tiers: parents first. */
final class Tiers implements AutoCloseable {

    private final List<List<NodeChannel>> tiers;
    private final Map<String, NodeChannel> byId = new LinkedHashMap<>();

    Tiers(Fleet fleet, Function<Node, NodeChannel> opening) {
        tiers = fleet.tiers().stream()
                .map(tier -> tier.nodes().stream().map(opening).toList())
                .toList();
        tiers.forEach(tier -> tier.forEach(channel -> byId.put(channel.node().id(), channel)));
    }

    List<List<NodeChannel>> inOrder() {
        return tiers;
    }

    /** The tiers under a node's own, which may have refetched what it should not have had any more. */
    List<List<NodeChannel>> below(NodeChannel node) {
        for (int i = 0; i < tiers.size(); i++) {
            if (tiers.get(i).contains(node)) {
                return tiers.subList(i + 1, tiers.size());
            }
        }
        throw new IllegalArgumentException(node.node() + " is not of this fleet");
    }

    List<NodeChannel> all() {
        return List.copyOf(byId.values());
    }

    List<String> ids() {
        return List.copyOf(byId.keySet());
    }

    boolean needsRebound(Selector selector) {
        return byId.values().stream().anyMatch(channel -> channel.driver().needsRebound(selector));
    }

    @Override
    public void close() {
        byId.values().forEach(NodeChannel::close);
    }
}

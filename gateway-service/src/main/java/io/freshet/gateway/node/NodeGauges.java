package io.freshet.gateway.node;

import io.freshet.contracts.NodeState;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.watch.CurrentFleet;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Metrics of every configured node, including those that no worker reports. */
@Component
class NodeGauges {

    private final NodeStatusRegistry registry;
    private final MeterRegistry meters;
    private final Map<String, List<Gauge>> gauges = new HashMap<>();

    NodeGauges(CurrentFleet fleet, NodeStatusRegistry registry, MeterRegistry meters) {
        this.registry = registry;
        this.meters = meters;
        for (NodeState state : NodeState.values()) {
            Gauge.builder("freshet.nodes", registry, all -> count(all, state))
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .description("Configured nodes by state")
                    .register(meters);
        }
        update(fleet.get());
        fleet.onChange(this::update);
    }

    private synchronized void update(Fleet fleet) {
        Set<String> present = fleet.nodes().stream().map(Node::id).collect(Collectors.toSet());
        gauges.entrySet().removeIf(node -> {
            boolean left = !present.contains(node.getKey());
            if (left) {
                node.getValue().forEach(meters::remove);
            }
            return left;
        });
        fleet.nodes().stream().filter(node -> !gauges.containsKey(node.id())).forEach(this::register);
    }

    private static long count(NodeStatusRegistry registry, NodeState state) {
        return registry.all().stream().filter(node -> node.state() == state).count();
    }

    private void register(Node node) {
        gauge(
                node,
                "freshet.node.lag.seconds",
                "Age of the oldest refresh that the node has not received, NaN if the node is unknown",
                view -> ifKnown(view, view.lagSeconds()));
        gauge(
                node,
                "freshet.node.lag.records",
                "Commands that the node has not received, NaN if the node is unknown",
                view -> ifKnown(view, view.lagRecords()));
        gauge(
                node,
                "freshet.node.lagging",
                "1 if the node is lagging, NaN if it is unknown",
                view -> ifKnown(view, bit(view.state() == NodeState.LAGGING)));
        gauge(node, "freshet.node.maintenance", "1 if an operator holds the node", view -> bit(view.maintenance()));
        gauge(
                node,
                "freshet.node.reachable",
                "1 if every worker reaches the node, NaN if no worker reports it",
                view -> view.reachable() == null ? Double.NaN : bit(view.reachable()));
    }

    private void gauge(Node node, String name, String description, ToDoubleFunction<NodeView> value) {
        Gauge gauge = Gauge.builder(
                        name,
                        registry,
                        all -> all.byId(node.id()).map(value::applyAsDouble).orElse(Double.NaN))
                .tag("node", node.id())
                .description(description)
                .register(meters);
        gauges.computeIfAbsent(node.id(), _ -> new ArrayList<>()).add(gauge);
    }

    private static double ifKnown(NodeView view, double value) {
        return view.state() == NodeState.UNKNOWN ? Double.NaN : value;
    }

    private static double bit(boolean set) {
        return set ? 1 : 0;
    }
}

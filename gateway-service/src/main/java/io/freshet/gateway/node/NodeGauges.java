package io.freshet.gateway.node;

import io.freshet.contracts.NodeState;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.Node;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.springframework.stereotype.Component;

/** Metrics of every configured node, including those that no worker reports. */
@Component
class NodeGauges {

    private final NodeStatusRegistry registry;
    private final MeterRegistry meters;

    NodeGauges(Fleet fleet, NodeStatusRegistry registry, MeterRegistry meters) {
        this.registry = registry;
        this.meters = meters;
        for (NodeState state : NodeState.values()) {
            Gauge.builder("freshet.nodes", registry, all -> count(all, state))
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .description("Configured nodes by state")
                    .register(meters);
        }
        fleet.nodes().forEach(this::register);
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
        Gauge.builder(
                        name,
                        registry,
                        all -> all.byId(node.id()).map(value::applyAsDouble).orElse(Double.NaN))
                .tag("node", node.id())
                .description(description)
                .register(meters);
    }

    private static double ifKnown(NodeView view, double value) {
        return view.state() == NodeState.UNKNOWN ? Double.NaN : value;
    }

    private static double bit(boolean set) {
        return set ? 1 : 0;
    }
}

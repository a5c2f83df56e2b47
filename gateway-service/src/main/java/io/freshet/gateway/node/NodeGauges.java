package io.freshet.gateway.node;

import io.freshet.contracts.NodeState;
import io.freshet.fleet.Fleet;
import io.freshet.fleet.Node;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.springframework.stereotype.Component;

/** The nodes as metrics, those of which nobody has heard included: to alert on. */
@Component
class NodeGauges {

    private final NodeStates states;
    private final MeterRegistry meters;

    NodeGauges(Fleet fleet, NodeStates states, MeterRegistry meters) {
        this.states = states;
        this.meters = meters;
        for (NodeState state : NodeState.values()) {
            Gauge.builder("freshet.nodes", states, all -> count(all, state))
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .description("Configured nodes that are live, late, or of which no worker has said anything")
                    .register(meters);
        }
        fleet.nodes().forEach(this::register);
    }

    private static long count(NodeStates states, NodeState state) {
        return states.all().stream().filter(node -> node.state() == state).count();
    }

    private void register(Node node) {
        gauge(
                node,
                "freshet.node.owed.seconds",
                "Age of the oldest purge that the node has not got",
                view -> view.lagSeconds());
        gauge(node, "freshet.node.owed.records", "Commands that the node has not got", view -> view.lagRecords());
        gauge(node, "freshet.node.late", "1 if the node owes purges", view -> bit(view.state() == NodeState.LAGGING));
        gauge(node, "freshet.node.maintenance", "1 if an operator holds the node", view -> bit(view.maintenance()));
        gauge(
                node,
                "freshet.node.reachable",
                "1 if every worker reaches it, NaN if none has said",
                view -> view.reachable() == null ? Double.NaN : bit(view.reachable()));
    }

    private void gauge(Node node, String name, String description, ToDoubleFunction<NodeView> value) {
        Gauge.builder(
                        name,
                        states,
                        all -> all.byId(node.id()).map(value::applyAsDouble).orElse(Double.NaN))
                .tag("node", node.id())
                .description(description)
                .register(meters);
    }

    private static double bit(boolean set) {
        return set ? 1 : 0;
    }
}

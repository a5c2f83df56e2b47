package io.freshet.purge.delivery;

import static java.util.Objects.requireNonNull;

import io.freshet.purge.node.NodeChannel;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.Map;

/** The backlogs of all nodes. */
final class Backlogs implements AutoCloseable {

    private final Map<String, Backlog> byNode = new LinkedHashMap<>();

    Backlogs(Tiers tiers, ProgressReports reports, int maxObjectsPerNode, MeterRegistry meters) {
        for (NodeChannel node : tiers.all()) {
            Backlog backlog = new Backlog(node, tiers, this, reports, maxObjectsPerNode);
            byNode.put(node.node().id(), backlog);
            Gauge.builder("freshet.node.owed", backlog, Backlog::objects)
                    .tag("node", node.node().id())
                    .description("objects that the node has not got yet")
                    .register(meters);
        }
        byNode.values().forEach(Backlog::start);
    }

    Backlog of(String node) {
        return requireNonNull(byNode.get(node), node);
    }

    void owe(String node, Debt debt) {
        of(node).add(debt);
    }

    @Override
    public void close() {
        byNode.values().forEach(Backlog::close);
    }
}

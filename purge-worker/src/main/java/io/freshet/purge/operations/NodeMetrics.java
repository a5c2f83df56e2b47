package io.freshet.purge.operations;

import static java.util.Objects.requireNonNull;

import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.watch.CurrentFleet;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.ownership.OwnedPartitions;
import io.freshet.purge.partition.NodeStatus;
import io.freshet.purge.topology.TierTopologies;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Gauges of every node, over the partitions that this worker owns. */
public final class NodeMetrics implements MeterBinder {

    private final CurrentFleet fleet;
    private final TierTopologies topologies;
    private final OwnedPartitions partitions;
    private final Clock clock;
    private final Map<String, List<Gauge>> gauges = new HashMap<>();

    public NodeMetrics(CurrentFleet fleet, TierTopologies topologies, OwnedPartitions partitions, Clock clock) {
        this.fleet = fleet;
        this.topologies = topologies;
        this.partitions = partitions;
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        update(fleet.get(), meters);
        fleet.onChange(next -> update(next, meters));
    }

    private synchronized void update(Fleet next, MeterRegistry meters) {
        Set<String> ids = next.nodes().stream().map(Node::id).collect(Collectors.toSet());
        Set<String> left = new HashSet<>(gauges.keySet());
        left.removeAll(ids);
        left.forEach(id -> requireNonNull(gauges.remove(id)).forEach(meters::remove));
        ids.forEach(id -> gauges.computeIfAbsent(id, _ -> register(id, meters)));
    }

    private List<Gauge> register(String id, MeterRegistry meters) {
        return List.of(
                gauge(
                        meters,
                        id,
                        "freshet.node.lagging.partitions",
                        "Partitions of this worker on which the node is lagging",
                        metrics -> metrics.statuses(id)
                                .filter(NodeStatus::isLagging)
                                .count()),
                gauge(
                        meters,
                        id,
                        "freshet.node.lag.records",
                        "Refreshes that the node has not received",
                        metrics -> metrics.statuses(id)
                                .mapToLong(NodeStatus::lagRecords)
                                .sum()),
                gauge(
                        meters,
                        id,
                        "freshet.node.lag.seconds",
                        "Age of the oldest refresh that the node has not received; 0 if there is none",
                        metrics -> metrics.lagSeconds(id)),
                gauge(
                        meters,
                        id,
                        "freshet.node.bans",
                        "Bans that this worker has sent to the node within the last minute",
                        metrics -> metrics.node(id)
                                .map(NodeChannel::bansOfLastMinute)
                                .orElse(0)),
                gauge(
                        meters,
                        id,
                        "freshet.node.healthy",
                        "1 if the node answers probes and accepts purges, else 0",
                        metrics -> metrics.node(id)
                                .filter(node -> node.health().isHealthy())
                                .map(_ -> 1)
                                .orElse(0)));
    }

    private Gauge gauge(
            MeterRegistry meters, String id, String name, String description, ToDoubleFunction<NodeMetrics> value) {
        return Gauge.builder(name, this, value)
                .tag("node", id)
                .description(description)
                .register(meters);
    }

    private Optional<NodeChannel> node(String id) {
        return topologies.current().node(id);
    }

    private Stream<NodeStatus> statuses(String id) {
        return partitions.open().stream()
                .flatMap(partition -> partition.topology().node(id).map(partition::status).stream());
    }

    private double lagSeconds(String id) {
        Instant now = clock.instant();
        return statuses(id)
                .map(NodeStatus::oldestMissingAt)
                .filter(Objects::nonNull)
                .mapToDouble(then -> Math.max(0, Duration.between(then, now).toMillis() / 1000.0))
                .max()
                .orElse(0);
    }
}

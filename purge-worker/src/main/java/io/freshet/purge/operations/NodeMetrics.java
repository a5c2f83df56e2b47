package io.freshet.purge.operations;

import io.freshet.purge.dispatch.TierTopology;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.ownership.OwnedPartitions;
import io.freshet.purge.partition.NodeStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Gauges of every node, over the partitions that this worker owns. */
public final class NodeMetrics implements MeterBinder {

    private final TierTopology tiers;
    private final OwnedPartitions partitions;
    private final Clock clock;

    public NodeMetrics(TierTopology tiers, OwnedPartitions partitions, Clock clock) {
        this.tiers = tiers;
        this.partitions = partitions;
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        for (NodeChannel node : tiers.all()) {
            gauge(
                    meters,
                    node,
                    "freshet.node.lagging.partitions",
                    "Partitions of this worker on which the node is lagging",
                    each -> statuses(each).filter(NodeStatus::isLagging).count());
            gauge(
                    meters,
                    node,
                    "freshet.node.lag.records",
                    "Refreshes that the node has not received",
                    each -> statuses(each).mapToLong(NodeStatus::lagRecords).sum());
            gauge(
                    meters,
                    node,
                    "freshet.node.lag.seconds",
                    "Age of the oldest refresh that the node has not received; 0 if there is none",
                    this::lagSeconds);
            gauge(
                    meters,
                    node,
                    "freshet.node.bans",
                    "Bans that this worker has sent to the node within the last minute",
                    NodeChannel::bansOfLastMinute);
            gauge(
                    meters,
                    node,
                    "freshet.node.healthy",
                    "1 if the node answers probes and accepts purges, else 0",
                    each -> each.health().isHealthy() ? 1 : 0);
        }
    }

    private static void gauge(
            MeterRegistry meters,
            NodeChannel node,
            String name,
            String description,
            ToDoubleFunction<NodeChannel> value) {
        Gauge.builder(name, node, value)
                .tag("node", node.node().id())
                .description(description)
                .register(meters);
    }

    private Stream<NodeStatus> statuses(NodeChannel node) {
        return partitions.open().stream().map(partition -> partition.status(node));
    }

    private double lagSeconds(NodeChannel node) {
        Instant now = clock.instant();
        return statuses(node)
                .map(NodeStatus::oldestMissingAt)
                .filter(Objects::nonNull)
                .mapToDouble(then -> Math.max(0, Duration.between(then, now).toMillis() / 1000.0))
                .max()
                .orElse(0);
    }
}

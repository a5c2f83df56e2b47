package io.freshet.purge.delivery;

import io.freshet.contracts.message.NodeChanged;
import io.freshet.contracts.NodeState;
import io.freshet.kafka.MessagePublisher;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.NodeHealth;
import io.freshet.purge.steering.NodeActions;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes how each node stands on each partition that is this worker's, when it has changed, twice a second at most; and measures it. */
final class NodeStatePublisher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NodeStatePublisher.class);
    private static final Duration EVERY = Duration.ofMillis(500);

    private record PlaceId(String node, PartitionState shard) {}

    private final TierTopology tiers;
    private final OwnedPartitions shards;
    private final NodeActions orders;
    private final MessagePublisher publisher;
    private final Clock clock;
    private final Map<PlaceId, NodeChanged> published = new HashMap<>();
    private final Thread thread;

    NodeStatePublisher(
            TierTopology tiers,
            OwnedPartitions shards,
            NodeActions orders,
            MessagePublisher publisher,
            MeterRegistry meters,
            Clock clock) {
        this.tiers = tiers;
        this.shards = shards;
        this.orders = orders;
        this.publisher = publisher;
        this.clock = clock;
        tiers.all().forEach(node -> measure(node, meters));
        this.thread = Thread.ofVirtual().name("node-reports").start(this::run);
    }

    private void measure(NodeChannel node, MeterRegistry meters) {
        gauge(
                meters,
                node,
                "freshet.node.oldest.undelivered",
                "seconds",
                "age of the oldest purge that it has not got",
                this::oldest);
        gauge(
                meters,
                node,
                "freshet.node.owed",
                null,
                "commands that it has not got",
                each -> reports(each).stream().mapToLong(PartitionState.Report::owed).sum());
        gauge(
                meters,
                node,
                "freshet.node.late",
                null,
                "partitions on which it is late",
                each -> reports(each).stream().filter(PartitionState.Report::late).count());
        gauge(
                meters,
                node,
                "freshet.node.usable",
                null,
                "1 if it answers and obeys, else 0",
                each -> each.health().isHealthy() ? 1 : 0);
    }

    private static void gauge(
            MeterRegistry meters,
            NodeChannel node,
            String name,
            @Nullable String unit,
            String description,
            ToDoubleFunction<NodeChannel> value) {
        Gauge.builder(name, node, value)
                .tag("node", node.node().id())
                .baseUnit(unit)
                .description(description)
                .register(meters);
    }

    private List<PartitionState.Report> reports(NodeChannel node) {
        return shards.ready().stream().map(shard -> shard.report(node)).toList();
    }

    private double oldest(NodeChannel node) {
        Instant now = clock.instant();
        return reports(node).stream()
                .map(PartitionState.Report::oldestOwed)
                .filter(Objects::nonNull)
                .mapToDouble(then -> Math.max(0, Duration.between(then, now).toMillis() / 1000.0))
                .max()
                .orElse(0);
    }

    private void run() {
        try {
            while (true) {
                try {
                    publishChanges();
                } catch (RuntimeException e) {
                    log.warn("The state of the nodes could not be published: {}", e.toString());
                }
                TimeUnit.MILLISECONDS.sleep(EVERY.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a former owner said of a partition may be out of date, so a shard that is new here is told of in any case. */
    private void publishChanges() {
        List<PartitionState> ready = shards.ready();
        published.keySet().removeIf(place -> !ready.contains(place.shard()));
        Map<PlaceId, NodeChanged> changes = new HashMap<>();
        for (PartitionState shard : ready) {
            for (NodeChannel node : tiers.all()) {
                PlaceId place = new PlaceId(node.node().id(), shard);
                NodeChanged now = state(shard, node);
                if (!now.equals(published.get(place))) {
                    changes.put(place, now);
                }
            }
        }
        Map<PlaceId, CompletableFuture<Void>> sent = new HashMap<>();
        changes.forEach((place, change) -> sent.put(place, publisher.publish(change)));
        sent.forEach((place, acknowledged) -> {
            acknowledged.join();
            published.put(place, Objects.requireNonNull(changes.get(place)));
        });
    }

    private NodeChanged state(PartitionState shard, NodeChannel node) {
        PartitionState.Report report = shard.report(node);
        return new NodeChanged(
                node.node().id(),
                shard.partition(),
                report.late() ? NodeState.LAGGING : NodeState.IN_SYNC,
                !(node.health() instanceof NodeHealth.Unreachable),
                report.since(),
                report.why(),
                report.owed(),
                report.oldestOwed(),
                report.flushedAt(),
                orders.hold(node.node().id()).isPresent(),
                report.lost());
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}

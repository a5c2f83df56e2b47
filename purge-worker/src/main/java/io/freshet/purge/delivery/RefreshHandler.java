package io.freshet.purge.delivery;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.message.RefreshCommand;
import io.freshet.kafka.CommandLoop;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.NodeHealth;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.TopicPartition;

/**
 * Delivers what comes, each refresh on a virtual thread of its own, to all nodes that are not late, parents before children; who is late gets
 * it from the log later.
 */
final class RefreshHandler implements CommandLoop.Handler<RefreshCommand> {

    private final OwnedPartitions shards;
    private final Parts parts;
    private final Timer applied;
    private final Clock clock;

    RefreshHandler(OwnedPartitions shards, Parts parts, MeterRegistry meters, Clock clock) {
        this.shards = shards;
        this.parts = parts;
        this.applied = Timer.builder("freshet.refresh.applied")
                .description("from accepted to answered by every node that is not late")
                .publishPercentileHistogram()
                .register(meters);
        this.clock = clock;
    }

    @Override
    public void assigned(Map<TopicPartition, Long> positions) {
        positions.forEach((partition, position) -> shards.open(partition.partition(), position));
    }

    @Override
    public boolean isReady(TopicPartition partition) {
        return keeper(partition).isReady();
    }

    @Override
    public long secured(TopicPartition partition, long position) {
        return keeper(partition).secured(position);
    }

    /** All partitions at once, since each is a round trip or two. */
    @Override
    public Map<TopicPartition, Long> securedAtLast(Map<TopicPartition, Long> positions) {
        Map<TopicPartition, Long> secured = new ConcurrentHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            positions.forEach((partition, position) -> threads.execute(
                    () -> secured.put(partition, keeper(partition).securedAtLast(position))));
        }
        return secured;
    }

    @Override
    public void revoked(Collection<TopicPartition> partitions) {
        shards.close(partitions.stream().map(TopicPartition::partition).toList());
    }

    private PartitionOwner keeper(TopicPartition partition) {
        return requireNonNull(shards.keeper(partition.partition()), () -> partition + " was not assigned");
    }

    @Override
    public CompletableFuture<Void> handle(RefreshCommand command, TopicPartition partition, long offset) {
        PartitionState shard = keeper(partition).shard();
        Set<NodeChannel> nodes = shard.dispatch(offset, command.acceptedAt());
        if (!parts.tiers().needsRebound(command.selector())) {
            shard.needsNoRebound(offset);
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("refresh-" + command.taskId())
                .start(() -> deliver(command, shard, offset, nodes, done));
        return done;
    }

    private void deliver(
            RefreshCommand command, PartitionState shard, long offset, Set<NodeChannel> nodes, CompletableFuture<Void> done) {
        try {
            RefreshProgress refresh = refresh(command);
            Set<NodeChannel> delivered = new HashSet<>(nodes);
            delivered.removeAll(parts.courier()
                    .deliver(shard, offset, refresh, parts.tiers().route(nodes, Set.of())));
            if (nodes.size() < parts.tiers().all().size()) {
                nameLateNodes(refresh, shard, nodes);
            }
            parts.reports().publish(refresh);
            applied.record(Duration.between(command.acceptedAt(), clock.instant()));
            end(command, shard, offset, delivered);
            done.complete(null);
        } catch (InterruptedException | RuntimeException e) {
            shard.delivered(offset);
            done.completeExceptionally(e);
        }
    }

    private RefreshProgress refresh(RefreshCommand command) {
        TierTopology tiers = parts.tiers();
        return new RefreshProgress(command, tiers.ids(), Set.copyOf(tiers.ids()), tiers.needsRebound(command.selector()));
    }

    private static void nameLateNodes(RefreshProgress refresh, PartitionState shard, Set<NodeChannel> asked) {
        for (NodeChannel node : shard.nodes()) {
            String why = shard.whyLate(node);
            if (!asked.contains(node) && why != null) {
                refresh.owed(node.node().id(), why, node.health() instanceof NodeHealth.Refusing);
            }
        }
    }

    private void end(RefreshCommand command, PartitionState shard, long offset, Set<NodeChannel> delivered)
            throws InterruptedException {
        FollowUpPublisher followUps = parts.followUps();
        int lastTier = followUps.lastTier(command.thenPush());
        followUps.end(
                command,
                () -> lastTier >= 0
                        && !parts.tiers().needsRebound(command.selector(), lastTier)
                        && shard.isAppliedWith(delivered, offset, lastTier),
                () -> shard.delivered(offset));
    }
}

package io.freshet.purge.ownership;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.message.RefreshCommand;
import io.freshet.kafka.command.CommandHandler;
import io.freshet.purge.dispatch.FollowUpPublisher;
import io.freshet.purge.dispatch.ProgressPublisher;
import io.freshet.purge.dispatch.RefreshDispatcher;
import io.freshet.purge.dispatch.RefreshProgress;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.NodeHealth;
import io.freshet.purge.partition.PartitionState;
import io.freshet.purge.topology.TierTopology;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dispatches new refreshes, each on its own virtual thread, to all nodes that are not lagging, parents before children.
 * Lagging nodes receive them later from the topic.
 */
public final class RefreshHandler implements CommandHandler<RefreshCommand> {

    private static final Logger log = LoggerFactory.getLogger(RefreshHandler.class);

    private final OwnedPartitions partitions;
    private final RefreshDispatcher dispatcher;
    private final ProgressPublisher progress;
    private final FollowUpPublisher followUps;
    private final Timer applied;
    private final Clock clock;

    public RefreshHandler(
            OwnedPartitions partitions,
            RefreshDispatcher dispatcher,
            ProgressPublisher progress,
            FollowUpPublisher followUps,
            MeterRegistry meters,
            Clock clock) {
        this.partitions = partitions;
        this.dispatcher = dispatcher;
        this.progress = progress;
        this.followUps = followUps;
        this.applied = Timer.builder("freshet.refresh.applied")
                .description("Time from the acceptance of a refresh until every node that is not lagging has answered")
                .publishPercentileHistogram()
                .register(meters);
        this.clock = clock;
    }

    @Override
    public void assigned(Map<TopicPartition, Long> positions, int generation) {
        positions.forEach((partition, position) -> partitions.takeOver(partition.partition(), position, generation));
    }

    @Override
    public boolean isReady(TopicPartition partition) {
        return owner(partition).receivesCommands();
    }

    @Override
    public long committablePosition(TopicPartition partition, long position) {
        return owner(partition).committablePosition(position);
    }

    /** Writes the cursors of all partitions at once, since each write is a round trip or two. */
    @Override
    public Map<TopicPartition, Long> finalCommittablePositions(Map<TopicPartition, Long> positions) {
        Map<TopicPartition, Long> committable = new ConcurrentHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            positions.forEach((partition, position) -> threads.execute(
                    () -> committable.put(partition, owner(partition).lastCommittablePosition(position))));
        }
        return committable;
    }

    @Override
    public void revoked(Collection<TopicPartition> revoked) {
        partitions.close(revoked.stream().map(TopicPartition::partition).toList());
    }

    private PartitionOwner owner(TopicPartition partition) {
        return requireNonNull(partitions.owner(partition.partition()), () -> partition + " was not assigned");
    }

    @Override
    public CompletableFuture<Void> handle(
            RefreshCommand command, TopicPartition partition, long offset, Runnable objectReleased) {
        PartitionOwner owner = owner(partition);
        PartitionState state = owner.state();
        TierTopology tiers = state.topology();
        Set<NodeChannel> nodes = state.dispatch(offset, command.acceptedAt());
        if (!tiers.needsRebound(command.selector())) {
            state.noteReboundNotNeeded(offset);
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        owner.startRefresh(
                "refresh-" + command.taskId(), () -> dispatch(command, owner, offset, nodes, objectReleased, done));
        return done;
    }

    private void dispatch(
            RefreshCommand command,
            PartitionOwner owner,
            long offset,
            Set<NodeChannel> nodes,
            Runnable objectReleased,
            CompletableFuture<Void> done) {
        PartitionState state = owner.state();
        TierTopology tiers = state.topology();
        try {
            RefreshProgress refresh = new RefreshProgress(
                    command, tiers.ids(), Set.copyOf(tiers.ids()), tiers.needsRebound(command.selector()));
            if (owner.mayHaveBeenSent(offset)) {
                refresh.noteRepeated();
            }
            refresh.describeComplete(tiers.remark(command));
            Set<NodeChannel> received = new HashSet<>(nodes);
            received.removeAll(
                    dispatcher.dispatch(state, offset, refresh, tiers.route(nodes, Set.of()), objectReleased));
            if (nodes.size() < tiers.all().size()) {
                nameLaggingNodes(refresh, state, nodes);
            }
            progress.publishAll(refresh);
            if (!refresh.isCancelled()) {
                applied.record(Duration.between(command.acceptedAt(), clock.instant()));
            }
            complete(command, state, offset, received);
            done.complete(null);
        } catch (InterruptedException e) {
            // The partition was given up, and its next owner dispatches the refresh again: neither done nor failed.
            log.debug("the dispatch of task {} was interrupted", command.taskId());
        } catch (RuntimeException e) {
            state.completeDispatch(offset);
            done.completeExceptionally(e);
        }
    }

    private static void nameLaggingNodes(RefreshProgress refresh, PartitionState state, Set<NodeChannel> dispatchedTo) {
        for (NodeChannel node : state.nodes()) {
            String reason = state.lagReason(node);
            if (!dispatchedTo.contains(node) && reason != null) {
                refresh.missing(node.node().id(), reason, node.health() instanceof NodeHealth.Refusing);
            }
        }
    }

    private void complete(RefreshCommand command, PartitionState state, long offset, Set<NodeChannel> received)
            throws InterruptedException {
        TierTopology tiers = state.topology();
        int lastTier = tiers.lastTier(command.thenPush());
        followUps.complete(
                command,
                () -> lastTier >= 0
                        && !tiers.needsRebound(command.selector(), lastTier)
                        && state.isComplete(offset, lastTier)
                        && state.isAppliedWith(received, offset, lastTier),
                () -> state.completeDispatch(offset));
    }
}

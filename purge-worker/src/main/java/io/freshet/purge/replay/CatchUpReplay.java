package io.freshet.purge.replay;

import io.freshet.contracts.message.RefreshCommand;
import io.freshet.kafka.TaskCancellations;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.dispatch.FollowUpPublisher;
import io.freshet.purge.dispatch.ProgressPublisher;
import io.freshet.purge.dispatch.RefreshDispatcher;
import io.freshet.purge.dispatch.RefreshProgress;
import io.freshet.purge.dispatch.ReplayProgress;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.partition.OffsetRange;
import io.freshet.purge.partition.PartitionState;
import io.freshet.purge.topology.TierTopology;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Replay for lagging nodes: sends them what they have not received, at a limited rate. Their children are
 * purged again, because they may have fetched old copies from them.
 */
final class CatchUpReplay extends LogReplay {

    private final TierTopology tiers;
    private final RefreshDispatcher dispatcher;
    private final ProgressPublisher progress;
    private final FollowUpPublisher followUps;
    private final RateLimiter rateLimiter;
    private final Predicate<NodeChannel> canReceive;

    /** @param canReceive whether a lagging node may be sent something now */
    CatchUpReplay(
            PartitionState partition,
            PartitionReader reader,
            CommandTopic commands,
            TaskCancellations cancellations,
            RefreshDispatcher dispatcher,
            ProgressPublisher progress,
            FollowUpPublisher followUps,
            RateLimiter rateLimiter,
            Predicate<NodeChannel> canReceive) {
        super("catch-up", partition, reader, commands, cancellations);
        this.tiers = partition.topology();
        this.dispatcher = dispatcher;
        this.progress = progress;
        this.followUps = followUps;
        this.rateLimiter = rateLimiter;
        this.canReceive = canReceive;
    }

    @Override
    Optional<OffsetRange> next() {
        return partition.nextCatchUp(canReceive);
    }

    @Override
    List<NodeChannel> due(long offset) {
        return partition.dueForCatchUp(offset);
    }

    @Override
    void skip(OffsetRange range) {
        partition.skipCatchUp(range);
    }

    @Override
    Completion send(RefreshCommand command, long offset, List<NodeChannel> due) throws InterruptedException {
        RefreshProgress refresh = ReplayProgress.of(command, partition, offset);
        List<NodeChannel> toSend =
                due.stream().filter(node -> !partition.isFlushed(node, offset)).toList();
        due.stream()
                .filter(node -> !toSend.contains(node))
                .forEach(node -> refresh.delivered(node.node().id()));
        rateLimiter.acquire(command.objects().size() * toSend.size());
        Set<NodeChannel> received = new HashSet<>(due);
        received.removeAll(
                dispatcher.dispatch(partition, offset, refresh, tiers.route(toSend, partition.receivingNodes())));
        progress.publishAll(refresh);
        int lastTier = tiers.lastTier(command.thenPush());
        return () -> followUps.complete(
                command,
                () -> lastTier >= 0
                        && !tiers.needsRebound(command.selector(), lastTier)
                        && received.stream().anyMatch(node -> tiers.numberOf(node) <= lastTier)
                        && partition.isComplete(offset, lastTier)
                        && partition.isAppliedWith(received, offset, lastTier),
                () -> partition.completeCatchUp(received, offset));
    }
}

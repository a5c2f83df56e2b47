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
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Replay for the second purge, where a fetch in progress during the first may have brought an old copy back. The
 * children of such a node are purged again with it. After it, the refresh is settled.
 */
final class ReboundReplay extends LogReplay {

    private final TierTopology tiers;
    private final RefreshDispatcher dispatcher;
    private final ProgressPublisher progress;
    private final FollowUpPublisher followUps;

    ReboundReplay(
            PartitionState partition,
            PartitionReader reader,
            CommandTopic commands,
            TaskCancellations cancellations,
            RefreshDispatcher dispatcher,
            ProgressPublisher progress,
            FollowUpPublisher followUps) {
        super("rebound", partition, reader, commands, cancellations);
        this.tiers = partition.topology();
        this.dispatcher = dispatcher;
        this.progress = progress;
        this.followUps = followUps;
    }

    @Override
    Optional<OffsetRange> next() {
        return partition.nextRebound();
    }

    @Override
    List<NodeChannel> due(long offset) {
        return partition.dueForRebound(offset);
    }

    @Override
    void skip(OffsetRange range) {
        partition.skipRebound(range);
    }

    @Override
    Completion send(RefreshCommand command, long offset, List<NodeChannel> due) throws InterruptedException {
        if (!tiers.needsRebound(command.selector())) {
            return () -> partition.completeRebound(due, offset);
        }
        Map<String, BitSet> incomplete = partition.incompleteObjects(offset);
        RefreshProgress refresh = ReplayProgress.of(command, partition, offset);
        // Includes a child whose parents need it: the child may have been away when these received it.
        List<NodeChannel> first = due.stream()
                .filter(node -> tiers.needsRebound(command.selector(), tiers.numberOf(node)))
                .toList();
        Set<NodeChannel> received = new HashSet<>(due);
        received.removeAll(dispatcher.dispatchAgain(
                partition,
                offset,
                refresh,
                tiers.route(first, partition.receivingNodes()),
                tiers.keepers(command.selector())));
        return () -> complete(command, offset, refresh, received, incomplete);
    }

    private void complete(
            RefreshCommand command,
            long offset,
            RefreshProgress refresh,
            Set<NodeChannel> received,
            Map<String, BitSet> incomplete)
            throws InterruptedException {
        boolean isSettled = !refresh.isCancelled() && partition.isSettledWith(received, offset, Integer.MAX_VALUE);
        if (isSettled) {
            publishSettled(refresh);
        }
        int lastTier = tiers.lastTier(command.thenPush());
        followUps.complete(
                command,
                () -> lastTier >= 0
                        && tiers.needsRebound(command.selector(), lastTier)
                        && received.stream().anyMatch(node -> tiers.numberOf(node) <= lastTier)
                        && partition.isComplete(offset, lastTier)
                        && partition.isSettledWith(received, offset, lastTier),
                () -> partition.completeRebound(received, offset));
        if (isSettled && isSomeCompleted(incomplete, partition.incompleteObjects(offset))) {
            // An object that was completed meanwhile was not known to be settled.
            publishSettled(ReplayProgress.of(command, partition, offset));
        }
    }

    private static boolean isSomeCompleted(Map<String, BitSet> before, Map<String, BitSet> now) {
        return before.entrySet().stream().anyMatch(node -> {
            BitSet completed = (BitSet) node.getValue().clone();
            completed.andNot(now.getOrDefault(node.getKey(), new BitSet()));
            return !completed.isEmpty();
        });
    }

    private void publishSettled(RefreshProgress refresh) throws InterruptedException {
        refresh.settle();
        progress.publishAll(refresh);
    }
}

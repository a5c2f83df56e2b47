package io.freshet.purge.replay;

import io.freshet.contracts.message.RefreshCommand;
import io.freshet.kafka.TaskCancellations;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.dispatch.FollowUpPublisher;
import io.freshet.purge.dispatch.ProgressPublisher;
import io.freshet.purge.dispatch.RefreshProgress;
import io.freshet.purge.dispatch.ReplayProgress;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.partition.OffsetRange;
import io.freshet.purge.partition.PartitionState;
import io.freshet.purge.topology.TierTopology;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Replay of the commands that waited for nodes that have left the fleet. Sends nothing: it reports the progress without
 * these nodes, and publishes the pushes that waited for them. See docs/adr/0073.
 */
final class RetiredReplay extends LogReplay {

    private final TierTopology tiers;
    private final ProgressPublisher progress;
    private final FollowUpPublisher followUps;
    private final long delayNanos;
    private final long openedAt = System.nanoTime();

    /** @param delay after which a node that is not in the worker's fleet has left: the fleet file may be an older one */
    RetiredReplay(
            PartitionState partition,
            PartitionReader reader,
            CommandTopic commands,
            TaskCancellations cancellations,
            ProgressPublisher progress,
            FollowUpPublisher followUps,
            Duration delay) {
        super("retired", partition, reader, commands, cancellations);
        this.tiers = partition.topology();
        this.progress = progress;
        this.followUps = followUps;
        this.delayNanos = delay.toNanos();
    }

    @Override
    Optional<OffsetRange> next() {
        return System.nanoTime() - openedAt < delayNanos ? Optional.empty() : partition.nextRetired();
    }

    @Override
    List<NodeChannel> due(long offset) {
        return partition.concernsRetired(offset) ? partition.nodes() : List.of();
    }

    @Override
    void noteAge(List<NodeChannel> due, Instant acceptedAt) {
        // Nothing is sent to these nodes.
    }

    @Override
    void skip(OffsetRange range) {
        partition.completeRetired(range.to());
    }

    @Override
    Completion send(RefreshCommand command, long offset, List<NodeChannel> due) throws InterruptedException {
        boolean hasWaited = partition.mayHaveWaitedForRetired(offset);
        // A refused one fails anyway, and its reasons stay.
        boolean isRefused = due.stream().anyMatch(node -> !node.driver().supports(command.selector()));
        if (isRefused || !hasWaited && tiers.needsRebound(command.selector())) {
            return () -> partition.completeRetired(offset + 1);
        }
        RefreshProgress refresh = ReplayProgress.of(command, partition, offset);
        if (partition.isSettledWith(Set.of(), offset, Integer.MAX_VALUE)) {
            refresh.settle();
        }
        progress.publishAll(refresh);
        int lastTier = tiers.lastTier(command.thenPush());
        return () -> followUps.complete(
                command,
                () -> hasWaited && lastTier >= 0 && isLast(command, offset, lastTier),
                () -> partition.completeRetired(offset + 1));
    }

    private boolean isLast(RefreshCommand command, long offset, int lastTier) {
        return partition.isComplete(offset, lastTier)
                && (tiers.needsRebound(command.selector(), lastTier)
                        ? partition.isSettledWith(Set.of(), offset, lastTier)
                        : partition.isAppliedWith(Set.of(), offset, lastTier));
    }
}

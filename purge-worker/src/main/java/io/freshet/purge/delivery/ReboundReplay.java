package io.freshet.purge.delivery;

import io.freshet.contracts.message.RefreshCommand;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.node.NodeChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Purges a second time, a while after the first, where a fetch that was going on then may have brought the old object back; and the children
 * of such a node, which may have taken it from there. Then the refresh is settled.
 */
final class ReboundReplay extends LogReplay {

    private final TierTopology tiers;
    private final RefreshDispatcher courier;
    private final ProgressPublisher reports;
    private final FollowUpPublisher followUps;

    ReboundReplay(PartitionState shard, PartitionReader reader, CommandTopic commands, Parts parts) {
        super("rebound", shard, reader, commands);
        this.tiers = parts.tiers();
        this.courier = parts.courier();
        this.reports = parts.reports();
        this.followUps = parts.followUps();
    }

    @Override
    Optional<PartitionState.OffsetRange> stretch() {
        return shard.rebound();
    }

    @Override
    List<NodeChannel> due(long offset) {
        return shard.dueForRebound(offset);
    }

    @Override
    void passOver(PartitionState.OffsetRange nothing) {
        shard.settled(nothing);
    }

    @Override
    void send(RefreshCommand command, long offset, List<NodeChannel> due) throws InterruptedException {
        if (!tiers.needsRebound(command.selector())) {
            shard.settled(due, offset);
            return;
        }
        RefreshProgress refresh = new RefreshProgress(command, tiers.ids(), shard.missing(offset, command.selector()), true);
        List<NodeChannel> first = due.stream()
                .filter(node -> tiers.needsRebound(command.selector(), tiers.numberOf(node)))
                .toList(); // a child, too, whose parents need it: it may have been away when they were sent it
        Set<NodeChannel> done = new HashSet<>(due);
        done.removeAll(courier.deliver(shard, offset, refresh, tiers.route(first, shard.current())));
        if (shard.isSettledWith(done, offset, Integer.MAX_VALUE)) {
            refresh.settle();
            reports.publish(refresh);
        }
        int lastTier = followUps.lastTier(command.thenPush());
        followUps.end(
                command,
                () -> lastTier >= 0
                        && tiers.needsRebound(command.selector(), lastTier)
                        && done.stream().anyMatch(node -> tiers.numberOf(node) <= lastTier)
                        && shard.isSettledWith(done, offset, lastTier),
                () -> shard.settled(done, offset));
    }
}

package io.freshet.purge.delivery;

import io.freshet.contracts.message.RefreshCommand;
import io.freshet.purge.cursor.CommandLog;
import io.freshet.purge.node.NodeChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Purges a second time, a while after the first, where a fetch that was going on then may have brought the old object back; and the children
 * of such a node, which may have taken it from there. Then the refresh is settled.
 */
final class Rebound extends Lap {

    private final Tiers tiers;
    private final Courier courier;
    private final ProgressReports reports;
    private final FollowUps followUps;

    Rebound(Shard shard, CommandReader reader, CommandLog commands, Parts parts) {
        super("rebound", shard, reader, commands);
        this.tiers = parts.tiers();
        this.courier = parts.courier();
        this.reports = parts.reports();
        this.followUps = parts.followUps();
    }

    @Override
    Optional<Shard.Stretch> stretch() {
        return shard.rebound();
    }

    @Override
    List<NodeChannel> due(long offset) {
        return shard.dueForRebound(offset);
    }

    @Override
    void passOver(Shard.Stretch nothing) {
        shard.settled(nothing);
    }

    @Override
    void send(RefreshCommand command, long offset, List<NodeChannel> due) throws InterruptedException {
        if (!tiers.needsRebound(command.selector())) {
            shard.settled(due, offset);
            return;
        }
        Refresh refresh = new Refresh(command, tiers.ids(), shard.missing(offset, command.selector()), true);
        List<NodeChannel> first = due.stream()
                .filter(node -> node.driver().needsRebound(command.selector()))
                .toList();
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

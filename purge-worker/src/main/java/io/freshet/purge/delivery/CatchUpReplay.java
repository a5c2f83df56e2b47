package io.freshet.purge.delivery;

import io.freshet.contracts.message.RefreshCommand;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.node.NodeChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Sends nodes that were late what they missed, in order and at a bounded rate, and their children again, who may have refetched old copies
 * from them meanwhile.
 */
final class CatchUpReplay extends LogReplay {

    private final TierTopology tiers;
    private final RefreshDispatcher courier;
    private final ProgressPublisher reports;
    private final FollowUpPublisher followUps;
    private final RateLimiter pace;
    private final Predicate<NodeChannel> canJoin;

    /**
     * @param canJoin whether a node may be sent something now
     */
    CatchUpReplay(PartitionState shard, PartitionReader reader, CommandTopic commands, Parts parts, Predicate<NodeChannel> canJoin) {
        super("catch-up", shard, reader, commands);
        this.tiers = parts.tiers();
        this.courier = parts.courier();
        this.reports = parts.reports();
        this.followUps = parts.followUps();
        this.pace = parts.pace();
        this.canJoin = canJoin;
    }

    @Override
    Optional<PartitionState.OffsetRange> stretch() {
        return shard.catchUp(canJoin);
    }

    @Override
    List<NodeChannel> due(long offset) {
        return shard.dueForCatchUp(offset);
    }

    @Override
    void passOver(PartitionState.OffsetRange nothing) {
        shard.caughtUp(nothing);
    }

    @Override
    void send(RefreshCommand command, long offset, List<NodeChannel> due) throws InterruptedException {
        RefreshProgress refresh = new RefreshProgress(
                command,
                tiers.ids(),
                shard.missing(offset, command.selector()),
                tiers.needsRebound(command.selector()));
        shard.isAt(due, command.acceptedAt());
        List<NodeChannel> toSend =
                due.stream().filter(node -> !shard.isFlushed(node, offset)).toList();
        due.stream()
                .filter(node -> !toSend.contains(node))
                .forEach(node -> refresh.delivered(node.node().id()));
        pace.take(command.objects().size() * toSend.size());
        Set<NodeChannel> done = new HashSet<>(due);
        done.removeAll(courier.deliver(shard, offset, refresh, tiers.route(toSend, shard.current())));
        reports.publish(refresh);
        int lastTier = followUps.lastTier(command.thenPush());
        followUps.end(
                command,
                () -> lastTier >= 0
                        && !tiers.needsRebound(command.selector(), lastTier)
                        && done.stream().anyMatch(node -> tiers.numberOf(node) <= lastTier)
                        && shard.isAppliedWith(done, offset, lastTier),
                () -> shard.caughtUp(done, offset));
    }
}

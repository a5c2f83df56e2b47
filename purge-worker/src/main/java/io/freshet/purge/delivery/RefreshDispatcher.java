package io.freshet.purge.delivery;

import io.freshet.purge.node.NodeChannel;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Takes a refresh along a route, reports how far it is, and notes on the shard who did not get it. */
final class RefreshDispatcher {

    private static final Duration REPORT_EVERY = Duration.ofSeconds(1);

    /**
     * From then on it is told, too, which nodes owe what nobody has answered for yet. In a backlog everything waits for a second or two, and
     * would be told twice.
     */
    private static final int REPORTS_OF_NEWS = 4;

    private final ProgressPublisher reports;
    private final InFlightLimiter room;

    RefreshDispatcher(ProgressPublisher reports, InFlightLimiter room) {
        this.reports = reports;
        this.room = room;
    }

    /**
     * Returns when every node of the route has answered or is late.
     *
     * @param offset of the refresh on the shard's partition
     * @return who did not get it and is late now
     */
    Set<NodeChannel> deliver(PartitionState shard, long offset, RefreshProgress refresh, List<List<NodeChannel>> route)
            throws InterruptedException {
        TierDispatch first = pass(refresh, route);
        Set<NodeChannel> without = new HashSet<>();
        for (NodeChannel node : first.owed().keySet()) {
            TierDispatch last = first;
            if (first.isRefusedBy(node) && node.recheck().isHealthy()) {
                // It obeys in general: ask once more, and then believe that it will not do this.
                last = pass(refresh, List.of(List.of(node)));
            }
            if (last.isRefusedBy(node) && node.health().isHealthy()) {
                shard.refused(node, offset);
            } else if (last.owed().containsKey(node)) {
                shard.missed(node, why(node), refresh.acceptedAt());
                without.add(node);
            }
        }
        return without;
    }

    private static String why(NodeChannel node) {
        return node.health().isHealthy()
                ? "did not take a purge in time"
                : node.health().reason();
    }

    private TierDispatch pass(RefreshProgress refresh, List<List<NodeChannel>> route) throws InterruptedException {
        TierDispatch pass = new TierDispatch(refresh, route, room);
        for (int told = 0; !pass.await(REPORT_EVERY); told++) {
            if (told < REPORTS_OF_NEWS) {
                reports.publishNews(refresh);
            } else {
                reports.publish(refresh);
            }
        }
        return pass;
    }
}

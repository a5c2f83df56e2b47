package io.freshet.purge.dispatch;

import io.freshet.kafka.TaskCancellations;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.partition.PartitionState;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dispatches a refresh along a route, reports its progress, and notes on the partition which nodes did not receive it.
 */
public final class RefreshDispatcher {

    private static final Logger log = LoggerFactory.getLogger(RefreshDispatcher.class);
    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(1);

    /**
     * Reports that contain changes only. Later ones also contain the objects that nothing has happened to: in a backlog
     * every refresh waits for a second or two, and would be reported twice.
     */
    private static final int REPORTS_OF_CHANGES = 4;

    private final ProgressPublisher progress;
    private final InFlightLimiter limiter;
    private final IncompleteRefreshes incomplete;
    private final TaskCancellations cancellations;

    public RefreshDispatcher(
            ProgressPublisher progress,
            InFlightLimiter limiter,
            IncompleteRefreshes incomplete,
            TaskCancellations cancellations) {
        this.progress = progress;
        this.limiter = limiter;
        this.incomplete = incomplete;
        this.cancellations = cancellations;
    }

    /** Dispatches a refresh whose objects no one counts; see the last method. */
    public Set<NodeChannel> dispatch(
            PartitionState partition, long offset, RefreshProgress refresh, List<List<NodeChannel>> route)
            throws InterruptedException {
        return dispatch(partition, offset, refresh, route, () -> {});
    }

    /** Dispatches the second purge of a refresh; see the last method. */
    public Set<NodeChannel> dispatchAgain(
            PartitionState partition,
            long offset,
            RefreshProgress refresh,
            List<List<NodeChannel>> route,
            Set<NodeChannel> keepers)
            throws InterruptedException {
        PurgeRound second = PurgeRound.second(partition.appliedTimes().of(offset), keepers);
        return dispatch(partition, offset, refresh, new TierDispatch(refresh, second, route, limiter, () -> {}));
    }

    /**
     * Returns when every node of the route has answered or is lagging, or its objects were taken over to be sent again,
     * or when the task was cancelled and no purge is in flight.
     *
     * @param offset of the refresh on its partition
     * @param objectReleased called once for each object, when it needs no place any more
     * @return the nodes that did not receive it and are lagging now
     */
    public Set<NodeChannel> dispatch(
            PartitionState partition,
            long offset,
            RefreshProgress refresh,
            List<List<NodeChannel>> route,
            Runnable objectReleased)
            throws InterruptedException {
        Set<NodeChannel> lagging = dispatch(
                partition,
                offset,
                refresh,
                new TierDispatch(refresh, PurgeRound.FIRST, route, limiter, objectReleased));
        if (!refresh.isCancelled() && canKeepNewCopies(refresh, route)) {
            partition.appliedTimes().noteApplied(offset);
        }
        return lagging;
    }

    private static boolean canKeepNewCopies(RefreshProgress refresh, List<List<NodeChannel>> route) {
        return route.stream()
                .flatMap(List::stream)
                .anyMatch(node -> node.driver().keepsNewCopies(refresh.command().selector()));
    }

    private Set<NodeChannel> dispatch(
            PartitionState partition, long offset, RefreshProgress refresh, TierDispatch dispatch)
            throws InterruptedException {
        run(dispatch, refresh);
        Set<NodeChannel> lagging = new HashSet<>(dispatch.undelivered());
        for (Map.Entry<NodeChannel, IncompleteObjects> entry :
                dispatch.incomplete().entrySet()) {
            NodeChannel node = entry.getKey();
            if (!refresh.isCancelled()
                    && !lagging.contains(node)
                    && !takeOver(partition, offset, refresh, node, entry.getValue())) {
                lagging.add(node);
            }
        }
        lagging.forEach(node -> partition.noteMissing(node, reason(node), refresh.acceptedAt()));
        return lagging;
    }

    /** Returns whether the node is not at fault, so that the objects were taken over. */
    private boolean takeOver(
            PartitionState partition, long offset, RefreshProgress refresh, NodeChannel node, IncompleteObjects objects)
            throws InterruptedException {
        if (objects.isRefused() && !node.recheck().isHealthy()) {
            return false;
        }
        incomplete.takeOver(partition, offset, refresh, node, objects);
        return true;
    }

    private static String reason(NodeChannel node) {
        return node.health().isHealthy()
                ? "did not take a purge in time"
                : node.health().reason();
    }

    private void run(TierDispatch dispatch, RefreshProgress refresh) throws InterruptedException {
        Thread reporter = Thread.ofVirtual()
                .name("progress-" + refresh.command().taskId())
                .start(() -> reportUntilEnd(dispatch, refresh));
        try {
            dispatch.run(cancellations);
            reporter.join(); // what is reported later must not be overtaken by an older report
        } finally {
            reporter.interrupt();
        }
    }

    private void reportUntilEnd(TierDispatch dispatch, RefreshProgress refresh) {
        try {
            for (int reports = 0; !dispatch.awaitEnd(REPORT_INTERVAL); reports++) {
                if (reports < REPORTS_OF_CHANGES) {
                    progress.publishChanges(refresh);
                } else {
                    progress.publishAll(refresh);
                }
            }
        } catch (InterruptedException e) {
            log.debug(
                    "progress of task {} is no longer reported",
                    refresh.command().taskId());
        }
    }
}

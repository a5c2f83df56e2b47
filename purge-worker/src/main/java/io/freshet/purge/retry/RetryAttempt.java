package io.freshet.purge.retry;

import io.freshet.contracts.message.PurgeRetry;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.kafka.TaskCancellations;
import io.freshet.purge.dispatch.InFlightLimiter;
import io.freshet.purge.dispatch.IncompleteObjects;
import io.freshet.purge.dispatch.ProgressPublisher;
import io.freshet.purge.dispatch.PurgeRound;
import io.freshet.purge.dispatch.RefreshProgress;
import io.freshet.purge.dispatch.ReplayProgress;
import io.freshet.purge.dispatch.TierDispatch;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.partition.PartitionState;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/** Sends the objects of a retry once: to its node, and then to the node's children, which may have its old copies. */
public final class RetryAttempt {

    private final InFlightLimiter limiter;
    private final ProgressPublisher progress;
    private final TaskCancellations cancellations;

    public RetryAttempt(InFlightLimiter limiter, ProgressPublisher progress, TaskCancellations cancellations) {
        this.limiter = limiter;
        this.progress = progress;
        this.cancellations = cancellations;
    }

    /**
     * Result of one sending.
     *
     * @param completed objects that the node and its children have completed
     * @param purged those objects that the node had, numbered as in the task. Of the others nobody knows whether the
     *     node had them, because an earlier sending may have removed them
     */
    record Sent(List<PurgeRetry.RetriedObject> completed, BitSet purged) {

        static final Sent NOTHING = new Sent(List.of(), new BitSet());
    }

    /** Returns whether the task was cancelled, so that nothing is sent or reported any more. */
    boolean isCancelled(PurgeRetry retry) {
        return cancellations.isCancelled(retry.taskId());
    }

    /** Returns whether a second purge must follow, because a fetch in progress can undo the first. */
    boolean needsSecondPurge(PartitionState partition, PurgeRetry retry) {
        return partition.topology().needsRebound(retry.selector());
    }

    /** Sends the objects, if the node and its children can receive them now. */
    Sent send(PartitionState partition, PurgeRetry retry, NodeChannel node, PurgeRound round)
            throws InterruptedException {
        if (!node.health().isHealthy() || !partition.canRetry(node, retry.offset())) {
            return Sent.NOTHING;
        }
        List<List<NodeChannel>> route = partition.topology().route(List.of(node), partition.receivingNodes());
        RefreshProgress refresh = progress(partition, retry);
        TierDispatch dispatch = new TierDispatch(refresh, round, route, limiter, () -> {});
        dispatch.run(cancellations);
        return dispatch.undelivered().isEmpty() && !refresh.isCancelled()
                ? new Sent(completed(retry, dispatch), refresh.purgedBy(retry.node()))
                : Sent.NOTHING;
    }

    private static List<PurgeRetry.RetriedObject> completed(PurgeRetry retry, TierDispatch dispatch) {
        BitSet incomplete = new BitSet();
        dispatch.incomplete().values().forEach(objects -> objects.objects().forEach(incomplete::set));
        return IntStream.range(0, retry.objects().size())
                .filter(object -> !incomplete.get(object))
                .mapToObj(retry.objects()::get)
                .toList();
    }

    /**
     * Reports that the node has completed the objects, which the partition knows already.
     *
     * @param purged those that the node had, numbered as in the task
     */
    void reportCompleted(PartitionState partition, PurgeRetry retry, BitSet purged) throws InterruptedException {
        RefreshProgress refresh = progress(partition, retry);
        refresh.notePurged(retry.node(), purged);
        if (partition.isSettledWith(List.of(), retry.offset(), Integer.MAX_VALUE)) {
            refresh.settle();
        }
        progress.publishAll(refresh);
    }

    /** Reports that the objects have failed. */
    void reportFailed(PartitionState partition, PurgeRetry retry) throws InterruptedException {
        RefreshProgress refresh = progress(partition, retry);
        refresh.missing(retry.node(), retry.reason(), true);
        progress.publishAll(refresh);
    }

    private RefreshProgress progress(PartitionState partition, PurgeRetry retry) {
        RefreshCommand command = new RefreshCommand(
                retry.taskId(),
                retry.account(),
                retry.domain(),
                retry.selector(),
                retry.objects().stream().map(PurgeRetry.RetriedObject::object).toList(),
                retry.soft(),
                retry.acceptedAt());
        List<Integer> indexes =
                retry.objects().stream().map(PurgeRetry.RetriedObject::index).toList();
        return ReplayProgress.of(command, retry.objectCount(), indexes, partition, retry.offset());
    }

    /** Returns the retry of some objects of a refresh. */
    static List<PurgeRetry.RetriedObject> objects(RefreshProgress refresh, IncompleteObjects objects) {
        return objects.objects()
                .mapToObj(object -> new PurgeRetry.RetriedObject(
                        refresh.index(object), refresh.command().objects().get(object)))
                .toList();
    }
}

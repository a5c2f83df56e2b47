package io.freshet.purge.retry;

import io.freshet.contracts.message.PurgeRetry;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.purge.dispatch.IncompleteObjects;
import io.freshet.purge.dispatch.InFlightLimiter;
import io.freshet.purge.dispatch.ProgressPublisher;
import io.freshet.purge.dispatch.RefreshProgress;
import io.freshet.purge.dispatch.TierDispatch;
import io.freshet.purge.dispatch.TierTopology;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.partition.PartitionState;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Sends the objects of a retry once: to its node, and then to the node's children, which may have old copies from it. */
public final class RetryAttempt {

    private final TierTopology tiers;
    private final InFlightLimiter limiter;
    private final ProgressPublisher progress;

    public RetryAttempt(TierTopology tiers, InFlightLimiter limiter, ProgressPublisher progress) {
        this.tiers = tiers;
        this.limiter = limiter;
        this.progress = progress;
    }

    /** Returns whether a second purge must follow, because a fetch in progress can undo the first. */
    boolean needsSecondPurge(PurgeRetry retry) {
        return tiers.needsRebound(retry.selector());
    }

    /**
     * Sends the objects, if the node and its children can receive them now.
     *
     * @return whether all of these nodes have completed them
     */
    boolean send(PartitionState partition, PurgeRetry retry, NodeChannel node) throws InterruptedException {
        if (!node.health().isHealthy() || !partition.canRetry(node, retry.offset())) {
            return false;
        }
        List<List<NodeChannel>> route = tiers.route(List.of(node), partition.receivingNodes());
        TierDispatch dispatch = new TierDispatch(progress(partition, retry), route, limiter, () -> {});
        dispatch.run();
        return dispatch.undelivered().isEmpty() && dispatch.incomplete().isEmpty();
    }

    /** Reports that the node has completed the objects, which the partition knows already. */
    void reportCompleted(PartitionState partition, PurgeRetry retry) throws InterruptedException {
        RefreshProgress refresh = progress(partition, retry);
        refresh.delivered(retry.node());
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
        Set<String> missing = new HashSet<>(partition.missingNodes(retry.offset(), retry.selector()));
        missing.add(retry.node());
        return new RefreshProgress(
                command,
                retry.objectCount(),
                retry.objects().stream().map(PurgeRetry.RetriedObject::index).toList(),
                tiers.ids(),
                missing,
                needsSecondPurge(retry));
    }

    /** Returns the retry of some objects of a refresh. */
    static List<PurgeRetry.RetriedObject> objects(RefreshProgress refresh, IncompleteObjects objects) {
        return objects.objects()
                .mapToObj(object -> new PurgeRetry.RetriedObject(
                        refresh.index(object), refresh.command().objects().get(object)))
                .toList();
    }
}

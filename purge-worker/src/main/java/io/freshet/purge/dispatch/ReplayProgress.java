package io.freshet.purge.dispatch;

import io.freshet.contracts.message.RefreshCommand;
import io.freshet.purge.partition.PartitionState;
import io.freshet.purge.topology.TierTopology;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Factory of the progress of refreshes that were dispatched before, as their partition knows it. */
public final class ReplayProgress {

    private ReplayProgress() {}

    /** Returns the progress of a whole refresh. */
    public static RefreshProgress of(RefreshCommand command, PartitionState partition, long offset) {
        int objects = command.objects().size();
        List<Integer> indexes = IntStream.range(0, objects).boxed().toList();
        return of(command, objects, indexes, partition, offset);
    }

    /**
     * Returns the progress of some objects of a refresh.
     *
     * @param command holds these objects only
     * @param objectCount objects of the whole task
     * @param indexes positions of these objects in the task
     */
    public static RefreshProgress of(
            RefreshCommand command, int objectCount, List<Integer> indexes, PartitionState partition, long offset) {
        TierTopology tiers = partition.topology();
        Set<String> missing = partition.missingNodes(offset, command.selector());
        RefreshProgress progress = new RefreshProgress(
                command, objectCount, indexes, tiers.ids(), missing, tiers.needsRebound(command.selector()));
        if (missing.size() < tiers.ids().size()) {
            IntStream.range(0, indexes.size()).forEach(progress::sent);
        }
        partition.incompleteObjects(offset).forEach(progress::addMissing);
        progress.describeComplete(remark(tiers.remark(command), partition.retiredRemark(offset)));
        return progress;
    }

    private static @Nullable String remark(@Nullable String ofDrivers, @Nullable String ofRetired) {
        if (ofDrivers == null) {
            return ofRetired;
        }
        return ofRetired == null ? ofDrivers : ofDrivers + "; " + ofRetired;
    }
}

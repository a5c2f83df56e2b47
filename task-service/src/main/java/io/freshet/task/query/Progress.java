package io.freshet.task.query;

import io.freshet.contracts.task.TaskStatus;

/** Percent that never promise too much: 100 only when nothing is missing. */
final class Progress {

    private static final int ALMOST = 99;

    private Progress() {}

    /**
     * Delivered (object, node) pairs over all pairs, where an object nobody has told of is expected to have as many nodes as any other.
     *
     * @param reported objects whose nodes are known
     * @param pairs of those objects
     */
    static int ofTask(TaskStatus status, int objects, int reported, long delivered, long pairs, int maxNodes) {
        if (status == TaskStatus.COMPLETE) {
            return 100;
        }
        long expected = pairs + (long) Math.max(0, objects - reported) * maxNodes;
        return expected == 0 ? 0 : (int) Math.min(ALMOST, 100 * delivered / expected);
    }

    static int ofObject(int done, int nodes) {
        return nodes == 0 ? 0 : (int) (100L * done / nodes);
    }
}

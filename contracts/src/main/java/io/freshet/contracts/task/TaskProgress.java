package io.freshet.contracts.task;

import io.freshet.contracts.message.TaskTotals;

/**
 * Rule for a task's status and progress. The task store states the status once more, in SQL, as the generated column
 * {@code task.status}; a test of task-service compares the two on random histories.
 *
 * @param withdrawn whether the task's admission was withdrawn because its command never came
 * @param cancelled whether the task was cancelled; whatever has finished stays complete or failed
 * @param commandRead whether the task's command has been read; before, a task cannot be complete
 * @param failed whether the task failed as a whole
 * @param reported whether an event of the task has been read
 * @param totals over the task's objects; those of an unknown task have no objects
 */
public record TaskProgress(
        boolean withdrawn,
        boolean cancelled,
        boolean commandRead,
        boolean failed,
        boolean reported,
        TaskTotals totals) {

    private static final int ALMOST_DONE = 99;

    /** Returns the progress of a task that a worker reports: its command has been read. */
    public static TaskProgress reported(TaskTotals totals) {
        return new TaskProgress(false, false, true, false, true, totals);
    }

    /**
     * Returns the status. An object that all nodes have received stays complete unless a look after its second purge
     * finds an old copy, and only a task with unfinished objects is cancelled: so the order of reading does not matter.
     */
    public TaskStatus status() {
        boolean countable = commandRead && totals.objects() > 0;
        if (withdrawn && !cancelled) {
            return TaskStatus.FAILED;
        }
        if (countable && totals.complete() == totals.objects()) {
            return TaskStatus.COMPLETE;
        }
        if (failed || countable && totals.complete() + totals.failed() == totals.objects()) {
            return TaskStatus.FAILED;
        }
        if (cancelled) {
            return TaskStatus.CANCELLED;
        }
        return reported ? TaskStatus.RUNNING : TaskStatus.PENDING;
    }

    /** Returns the delivered pairs of object and node in percent, rounded down: 100 only when nothing is missing. */
    public int percent() {
        return percent(status(), totals.delivered(), totals.pairs());
    }

    /**
     * Returns the progress in percent, rounded down: 100 only when nothing is missing.
     *
     * @param delivered pairs of object and node that are done
     * @param pairs all pairs of object and node; 0 if they are not known
     */
    public static int percent(TaskStatus status, long delivered, long pairs) {
        if (status == TaskStatus.COMPLETE) {
            return 100;
        }
        return pairs <= 0 ? 0 : (int) Math.clamp(100 * delivered / pairs, 0, ALMOST_DONE);
    }

    /**
     * Returns all pairs of object and node of a task. An object whose nodes are not known is expected to have as many
     * as any other.
     *
     * @param reported objects whose nodes are known
     * @param pairs pairs of those objects
     * @param maxNodes nodes of the object that has the most
     */
    public static long expectedPairs(int objects, int reported, long pairs, int maxNodes) {
        return pairs + (long) Math.max(0, objects - reported) * maxNodes;
    }
}

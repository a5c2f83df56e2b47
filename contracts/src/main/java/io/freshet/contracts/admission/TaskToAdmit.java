package io.freshet.contracts.admission;

import io.freshet.contracts.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * One task of a request: its objects of one domain.
 *
 * @param thenPush the id of the push that follows this refresh; null if none does
 * @param pushCount number of objects of that push; absent or 0 for as many as the refresh has
 */
public record TaskToAdmit(
        TaskId taskId,
        String domain,
        int objectCount,
        @Nullable TaskId thenPush,
        int pushCount) {

    public TaskToAdmit {
        pushCount = thenPush != null && pushCount == 0 ? objectCount : pushCount;
    }

    /** A task that no push follows. */
    public TaskToAdmit(TaskId taskId, String domain, int objectCount) {
        this(taskId, domain, objectCount, null);
    }

    /** A task that a push of the same objects follows, if any. */
    public TaskToAdmit(TaskId taskId, String domain, int objectCount, @Nullable TaskId thenPush) {
        this(taskId, domain, objectCount, thenPush, 0);
    }
}

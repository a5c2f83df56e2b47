package io.freshet.contracts.admission;

import io.freshet.contracts.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * One task of a request: its objects of one domain.
 *
 * @param thenPush the id of the push of the same objects that follows this refresh; null if none does
 */
public record TaskToAdmit(
        TaskId taskId,
        String domain,
        int objectCount,
        @Nullable TaskId thenPush) {

    /** A task that no push follows. */
    public TaskToAdmit(TaskId taskId, String domain, int objectCount) {
        this(taskId, domain, objectCount, null);
    }
}

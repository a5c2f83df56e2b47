package io.freshet.contracts.admission;

import io.freshet.contracts.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * @param inLog whether its command has been read from the log already: then it must not be published again
 * @param thenPush the id of the push that follows this refresh; null if none does
 */
public record AdmittedTask(
        TaskId taskId,
        String domain,
        int objectCount,
        boolean inLog,
        @Nullable TaskId thenPush) {

    /** A task that no push follows. */
    public AdmittedTask(TaskId taskId, String domain, int objectCount, boolean inLog) {
        this(taskId, domain, objectCount, inLog, null);
    }
}

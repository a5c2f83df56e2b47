package io.freshet.contracts.admission;

import io.freshet.contracts.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * A task of an admission.
 *
 * @param commandRead whether task-service has read its command from Kafka already: it must not be published again
 * @param thenPush the id of the push that follows this refresh; null if none does
 */
public record AdmittedTask(
        TaskId taskId,
        String domain,
        int objectCount,
        boolean commandRead,
        @Nullable TaskId thenPush) {

    /** Creates a task that no push follows. */
    public AdmittedTask(TaskId taskId, String domain, int objectCount, boolean commandRead) {
        this(taskId, domain, objectCount, commandRead, null);
    }
}

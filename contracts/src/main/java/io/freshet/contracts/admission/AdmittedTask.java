package io.freshet.contracts.admission;

import io.freshet.contracts.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * A task of an admission.
 *
 * @param commandRead whether task-service has read its command from Kafka already: it must not be published again
 * @param thenPush the id of the push that follows this refresh; null if none does
 * @param pushCount number of objects of that push; absent or 0 for as many as the refresh has
 */
public record AdmittedTask(
        TaskId taskId,
        String domain,
        int objectCount,
        boolean commandRead,
        @Nullable TaskId thenPush,
        int pushCount) {

    public AdmittedTask {
        pushCount = thenPush != null && pushCount == 0 ? objectCount : pushCount;
    }

    /** Creates a task that no push follows. */
    public AdmittedTask(TaskId taskId, String domain, int objectCount, boolean commandRead) {
        this(taskId, domain, objectCount, commandRead, null);
    }

    /** Creates a task that a push of the same objects follows, if any. */
    public AdmittedTask(TaskId taskId, String domain, int objectCount, boolean commandRead, @Nullable TaskId thenPush) {
        this(taskId, domain, objectCount, commandRead, thenPush, 0);
    }
}

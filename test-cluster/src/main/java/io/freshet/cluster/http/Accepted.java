package io.freshet.cluster.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to a refresh or a push. */
public record Accepted(String requestId, List<AcceptedTask> tasks) {

    /** @param thenPush null unless a push follows */
    public record AcceptedTask(
            String taskId,
            String domain,
            String type,
            int objectCount,
            @Nullable ThenPush thenPush) {}

    /** @param taskId of the push */
    public record ThenPush(String taskId) {}

    public List<String> taskIds() {
        return tasks.stream().map(AcceptedTask::taskId).toList();
    }

    /** The only task's. */
    public String taskId() {
        if (tasks.size() != 1) {
            throw new AssertionError("expected one task but was " + tasks);
        }
        return tasks.getFirst().taskId();
    }
}

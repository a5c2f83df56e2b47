package io.freshet.gateway.live;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.task.TaskStatus;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest state of a task, as streams send it. Each is complete, so that a client may miss earlier ones.
 *
 * @param kind absent, as {@code type} and {@code domain}, until this gateway has read the task from the task store
 * @param progress percent, rounded down; 100 only when nothing is missing
 * @param laggingNodes ids of nodes that have not received some of its objects
 * @param description reason of a failure of the whole task, or the refresh that a pending push waits for
 * @param finishedAt time at which it became complete or failed, or was cancelled
 */
@Schema(name = "TaskState")
public record TaskState(
        @Schema(type = "string") TaskId taskId,
        @Nullable TaskKind kind,
        @Nullable Selector type,
        @Nullable String domain,
        TaskStatus status,
        int progress,
        int objectCount,
        int completeCount,
        int failedCount,
        List<String> laggingNodes,
        @Nullable String description,
        Instant createdAt,
        @Nullable Instant finishedAt) {

    public TaskState {
        laggingNodes = List.copyOf(laggingNodes);
    }
}

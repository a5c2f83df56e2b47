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
 * The newest state of a task, as a stream tells it. It is a state, not a change: who has missed some has missed nothing.
 *
 * @param kind absent with {@code type} and {@code domain} until the record is known to this gateway
 * @param progress percent, rounded down; 100 only when nothing is missing
 * @param laggingNodes ids of nodes that still owe some of its objects
 * @param description why it failed as a whole, if it did, or what it waits for
 * @param finishedAt when it became complete or failed
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

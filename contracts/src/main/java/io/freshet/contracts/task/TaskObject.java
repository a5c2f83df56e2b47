package io.freshet.contracts.task;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import org.jspecify.annotations.Nullable;

/**
 * An object in a listing over tasks. What happened to its task as a whole has happened to it.
 *
 * @param object null while the record knows only that the task was admitted
 * @param nodesTotal 0 until a worker has begun
 * @param description why it failed or that it was cancelled; null for any other
 */
public record TaskObject(
        TaskId taskId,
        TaskKind kind,
        Selector type,
        String domain,
        @Nullable String object,
        TaskStatus status,
        int nodesDone,
        int nodesTotal,
        @Nullable String description) {

    /** Result of an object. */
    public enum Outcome {
        /** Nothing yet: it is pending or running. */
        @JsonProperty("open")
        OPEN,
        @JsonProperty("complete")
        COMPLETE,
        /** It failed or was cancelled. */
        @JsonProperty("failed")
        FAILED
    }
}

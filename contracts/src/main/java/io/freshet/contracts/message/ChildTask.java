package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.TaskId;

/**
 * A task with children of a manifest. Kafka has acknowledged its command before it is reported.
 *
 * @param objects number of its objects, at least 1
 */
public record ChildTask(TaskId taskId, int objects) {

    public ChildTask {
        requireNonNull(taskId, "taskId");
        if (objects < 1) {
            throw new IllegalArgumentException("task " + taskId + " has " + objects + " objects");
        }
    }
}

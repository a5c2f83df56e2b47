package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.freshet.contracts.TaskId;
import java.time.Instant;

/**
 * Cancellation of a task by its account: workers send no more of its objects. It may be read before the task's command,
 * or after the task has finished, and then has no effect.
 *
 * @param account of the task
 * @param at when the gateway accepted it
 */
public record TaskCancelled(TaskId taskId, String account, Instant at) implements Message {

    public TaskCancelled {
        requireNonNull(taskId, "taskId");
        requireNonNull(account, "account");
        requireNonNull(at, "at");
    }

    @Override
    @JsonIgnore
    public String key() {
        return taskId.toString();
    }
}

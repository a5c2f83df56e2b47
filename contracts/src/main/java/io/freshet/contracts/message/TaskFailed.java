package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.freshet.contracts.TaskId;
import java.time.Instant;

/**
 * A task failed whole, because its command could not be read or handled and is now a dead letter.
 *
 * @param reason for people; cut to 1,000 characters
 */
public record TaskFailed(TaskId taskId, String account, String reason, Instant at) implements TaskEvent {

    private static final int MAX_REASON = 1_000;

    public TaskFailed {
        requireNonNull(taskId, "taskId");
        requireNonNull(account, "account");
        requireNonNull(reason, "reason");
        requireNonNull(at, "at");
        reason = reason.substring(0, Math.min(MAX_REASON, reason.length()));
    }

    @Override
    @JsonIgnore
    public String key() {
        return taskId.toString();
    }
}

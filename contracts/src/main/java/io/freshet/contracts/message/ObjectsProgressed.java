package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.freshet.contracts.TaskId;
import java.time.Instant;
import java.util.List;

/**
 * Objects of a task got further. At most {@value #MAX_OBJECTS} objects or about 256 KB a record; more make several.
 *
 * @param totals of the task, as the teller knows them
 * @param at when the teller saw it
 */
public record ObjectsProgressed(TaskId taskId, String account, List<ObjectState> objects, TaskTotals totals, Instant at)
        implements TaskEvent {

    /** Objects in one record: with this many, records stay well below 256 KB unless dozens of nodes are late. */
    public static final int MAX_OBJECTS = 500;

    public ObjectsProgressed {
        requireNonNull(taskId, "taskId");
        requireNonNull(account, "account");
        requireNonNull(totals, "totals");
        requireNonNull(at, "at");
        objects = List.copyOf(objects);
    }

    @Override
    @JsonIgnore
    public String key() {
        return taskId.toString();
    }
}

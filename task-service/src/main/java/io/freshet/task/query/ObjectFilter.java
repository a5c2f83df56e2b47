package io.freshet.task.query;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.task.TaskObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Filter of an account's objects; null and an empty list match any.
 *
 * @param tasks tasks that the object may belong to
 * @param types selectors, one of which the task has
 * @param object the object's name
 * @param from of tasks created at or after
 * @param to of tasks created before
 */
record ObjectFilter(
        String account,
        List<TaskId> tasks,
        @Nullable TaskKind kind,
        List<Selector> types,
        @Nullable String domain,
        @Nullable String object,
        TaskObject.@Nullable Outcome outcome,
        @Nullable Instant from,
        @Nullable Instant to) {}

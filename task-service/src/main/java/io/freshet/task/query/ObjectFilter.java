package io.freshet.task.query;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.task.TaskObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which objects of an account to list; null and an empty list are any.
 *
 * @param tasks of one of these
 * @param object exactly this one
 * @param from of tasks made at or after
 * @param to of tasks made before
 */
record ObjectFilter(
        String account,
        List<TaskId> tasks,
        @Nullable TaskKind kind,
        @Nullable Selector type,
        @Nullable String domain,
        @Nullable String object,
        TaskObject.@Nullable Outcome outcome,
        @Nullable Instant from,
        @Nullable Instant to) {}

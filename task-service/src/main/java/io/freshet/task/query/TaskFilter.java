package io.freshet.task.query;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.task.TaskStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks of an account to list; null is any.
 *
 * @param object exactly this one is among the task's
 * @param from made at or after
 * @param to made before
 */
record TaskFilter(
        String account,
        @Nullable TaskKind kind,
        @Nullable Selector type,
        @Nullable TaskStatus status,
        @Nullable String domain,
        @Nullable String object,
        @Nullable Instant from,
        @Nullable Instant to) {}

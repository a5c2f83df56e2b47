package io.freshet.task.query;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.task.TaskStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Filter of an account's tasks; null matches any.
 *
 * @param object the name of one of the task's objects
 * @param from created at or after
 * @param to created before
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

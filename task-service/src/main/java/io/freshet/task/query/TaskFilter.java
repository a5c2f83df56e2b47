package io.freshet.task.query;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.batch.BatchId;
import io.freshet.contracts.task.TaskStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Filter of an account's tasks; null matches any.
 *
 * @param object the name of one of the task's objects
 * @param from created at or after
 * @param to created before
 * @param batch the batch that the task is a part of
 * @param domains domains of which the task has one
 */
record TaskFilter(
        String account,
        @Nullable TaskKind kind,
        @Nullable Selector type,
        @Nullable TaskStatus status,
        @Nullable String domain,
        @Nullable String object,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable BatchId batch,
        @Nullable List<String> domains) {

    /** Tasks of any batch or none. */
    TaskFilter(
            String account,
            @Nullable TaskKind kind,
            @Nullable Selector type,
            @Nullable TaskStatus status,
            @Nullable String domain,
            @Nullable String object,
            @Nullable Instant from,
            @Nullable Instant to) {
        this(account, kind, type, status, domain, object, from, to, null, null);
    }
}

package io.freshet.contracts.admission;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskKind;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Request body of {@code POST /admissions}, which admits all of these tasks or none. Answers 200 with an {@link
 * Admission}, 409 with {@link IdempotencyConflict}, or 429 with {@link QuotaExceeded} or {@link RateExceeded}.
 *
 * @param idempotencyKey the client's, or null
 * @param bodyHash hash of the canonical request; another hash under the same key is a conflict. Ignored without a key
 * @param quotaLimit what the account may do a day, in objects
 * @param acceptedAt the day this is charged to
 * @param pushLimit how many objects the account may push a day; null if no task has a push that follows
 * @param requestsPerMinute how many requests the account may make; null if they are not limited
 */
public record AdmissionRequest(
        String account,
        @Nullable String idempotencyKey,
        String bodyHash,
        UUID requestId,
        TaskKind kind,
        Selector selector,
        int quotaLimit,
        Instant acceptedAt,
        List<TaskToAdmit> tasks,
        @Nullable Integer pushLimit,
        @Nullable Integer requestsPerMinute) {

    public AdmissionRequest {
        requireNonNull(account, "account");
        requireNonNull(bodyHash, "bodyHash");
        requireNonNull(requestId, "requestId");
        requireNonNull(kind, "kind");
        requireNonNull(selector, "selector");
        requireNonNull(acceptedAt, "acceptedAt");
        tasks = List.copyOf(tasks);
    }

    /** Tasks that no push follows, of an account whose requests are not counted. */
    public AdmissionRequest(
            String account,
            @Nullable String idempotencyKey,
            String bodyHash,
            UUID requestId,
            TaskKind kind,
            Selector selector,
            int quotaLimit,
            Instant acceptedAt,
            List<TaskToAdmit> tasks) {
        this(account, idempotencyKey, bodyHash, requestId, kind, selector, quotaLimit, acceptedAt, tasks, null, null);
    }

    /** The quota that all the tasks are charged to; what follows them is charged to {@link QuotaKind#PUSH}. */
    public QuotaKind quota() {
        return QuotaKind.of(kind, selector);
    }

    /** Returns the number of objects that are charged to {@link #quota}. */
    public int objectCount() {
        return tasks.stream().mapToInt(TaskToAdmit::objectCount).sum();
    }

    /** Returns the number of objects that are pushed afterwards and charged to {@link QuotaKind#PUSH}. */
    public int pushCount() {
        return tasks.stream()
                .filter(task -> task.thenPush() != null)
                .mapToInt(TaskToAdmit::pushCount)
                .sum();
    }
}

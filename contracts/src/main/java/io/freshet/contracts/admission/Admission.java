package io.freshet.contracts.admission;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A request that was admitted, now or when its idempotency key was first used.
 *
 * @param requestId of the first request with this idempotency key
 * @param acceptedAt of the first request with this idempotency key
 * @param left remaining quota that the tasks were charged to; null if it was not read
 */
public record Admission(
        UUID requestId,
        Instant acceptedAt,
        List<AdmittedTask> tasks,
        @Nullable QuotaLeft left) {

    public Admission {
        tasks = List.copyOf(tasks);
    }

    /** Creates an admission without the remaining quota. */
    public Admission(UUID requestId, Instant acceptedAt, List<AdmittedTask> tasks) {
        this(requestId, acceptedAt, tasks, null);
    }

    /** Returns this admission with the remaining quota. */
    public Admission with(QuotaLeft quotaLeft) {
        return new Admission(requestId, acceptedAt, tasks, quotaLeft);
    }
}

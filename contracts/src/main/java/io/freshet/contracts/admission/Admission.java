package io.freshet.contracts.admission;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A request that was admitted, now or when its idempotency key was first used.
 *
 * @param requestId the first one, when the request is a repetition
 * @param acceptedAt the first one
 * @param left of the quota that the tasks were charged to; null if nobody has looked
 */
public record Admission(
        UUID requestId,
        Instant acceptedAt,
        List<AdmittedTask> tasks,
        @Nullable QuotaLeft left) {

    public Admission {
        tasks = List.copyOf(tasks);
    }

    /** One of which nobody has looked what is left. */
    public Admission(UUID requestId, Instant acceptedAt, List<AdmittedTask> tasks) {
        this(requestId, acceptedAt, tasks, null);
    }

    /** The same, of which somebody has looked what is left. */
    public Admission with(QuotaLeft quotaLeft) {
        return new Admission(requestId, acceptedAt, tasks, quotaLeft);
    }
}

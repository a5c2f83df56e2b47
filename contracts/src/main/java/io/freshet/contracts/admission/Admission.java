package io.freshet.contracts.admission;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A request that was admitted, now or when its idempotency key was first used.
 *
 * @param requestId the first one, when the request is a repetition
 * @param acceptedAt the first one
 */
public record Admission(UUID requestId, Instant acceptedAt, List<AdmittedTask> tasks) {

    public Admission {
        tasks = List.copyOf(tasks);
    }
}

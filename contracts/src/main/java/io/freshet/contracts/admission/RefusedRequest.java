package io.freshet.contracts.admission;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Refused request of an {@link AdmissionBatch}; exactly one of the three reasons is present. */
public record RefusedRequest(
        UUID requestId,
        @Nullable IdempotencyConflict conflict,
        @Nullable QuotaExceeded quota,
        @Nullable RateExceeded rate) {}

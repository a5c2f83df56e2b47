package io.freshet.gateway.client;

import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.RateExceeded;

/** The result of an admission request. */
public sealed interface AdmissionOutcome {

    /** The request is admitted, now or when its idempotency key was first used. */
    record Granted(Admission admission) implements AdmissionOutcome {}

    /** The idempotency key was used with another request body. */
    record KeyReused(IdempotencyConflict conflict) implements AdmissionOutcome {}

    /** The request needs more than the day's quota has left. */
    record OverQuota(QuotaExceeded excess) implements AdmissionOutcome {}

    /** The account has used up the requests of this minute. */
    record OverRateLimit(RateExceeded excess) implements AdmissionOutcome {}

    /** One of the task ids is already in use. */
    record TaskIdsTaken() implements AdmissionOutcome {}

    /**
     * task-service can be reached but has not decided in time. It may have admitted the request, under the same ids.
     *
     * @param reason for log lines
     */
    record Overloaded(String reason) implements AdmissionOutcome {}

    /**
     * task-service did not answer at all, or its database is down. It may have admitted the request, under the same
     * ids.
     *
     * @param reason for log lines
     */
    record Unavailable(String reason) implements AdmissionOutcome {}
}

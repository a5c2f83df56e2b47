package io.freshet.task.admission;

import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.RateExceeded;

/** The decision on one request. */
sealed interface AdmissionDecision {

    /** The request is admitted, now or before. */
    record Grant(Admission admission) implements AdmissionDecision {}

    /** Its idempotency key belongs to another request. */
    record KeyConflict(IdempotencyConflict conflict) implements AdmissionDecision {}

    /** It exceeds a quota. */
    record QuotaRefusal(QuotaExceeded exceeded) implements AdmissionDecision {}

    /** It exceeds the account's requests per minute. */
    record RateRefusal(RateExceeded exceeded) implements AdmissionDecision {}
}

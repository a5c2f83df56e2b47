package io.freshet.gateway.client;

import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.RateExceeded;

/** What came of asking for admission. */
public sealed interface AdmissionOutcome {

    /** Now, or when the idempotency key was first used. */
    record Admitted(Admission admission) implements AdmissionOutcome {}

    /** The key belongs to a request with another body. */
    record KeyReused(IdempotencyConflict conflict) implements AdmissionOutcome {}

    /** The request asks for more than the day has left. */
    record OverQuota(QuotaExceeded excess) implements AdmissionOutcome {}

    /** The account has made as many requests in this minute as it may. */
    record TooFast(RateExceeded excess) implements AdmissionOutcome {}

    /** A task with one of these ids exists already. */
    record IdsTaken() implements AdmissionOutcome {}

    /**
     * task-service did not answer in time, or not at all, or that it cannot. It may have admitted the request all the same, under the same ids.
     *
     * @param why for the log
     */
    record Unavailable(String why) implements AdmissionOutcome {}
}

package io.freshet.task.batch;

import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.RateExceeded;
import io.freshet.contracts.batch.OpenedBatch;

/** The decision on a new upload. */
sealed interface UploadDecision {

    /** It may begin, or repeat an earlier one. */
    record BatchOpened(OpenedBatch batch) implements UploadDecision {}

    /** Its idempotency key belongs to another request. */
    record UploadKeyConflict(IdempotencyConflict conflict) implements UploadDecision {}

    /** It exceeds the account's requests per minute. */
    record UploadRateRefusal(RateExceeded exceeded) implements UploadDecision {}
}

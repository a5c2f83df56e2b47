package io.freshet.contracts.batch;

import io.freshet.contracts.admission.AdmissionRequest;

/**
 * Request body of {@code POST /batches}. Answers 200 with an {@link OpenedBatch}, 409 with an
 * {@link io.freshet.contracts.admission.IdempotencyConflict}, or 429 with a
 * {@link io.freshet.contracts.admission.RateExceeded}.
 *
 * @param request the batch as one request, without tasks; its body hash is that of the options
 */
public record BatchToOpen(BatchId batchId, OnError onError, AdmissionRequest request) {}

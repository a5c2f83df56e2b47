package io.freshet.contracts.batch;

import io.freshet.contracts.admission.AdmissionRequest;
import org.jspecify.annotations.Nullable;

/**
 * Request body of {@code POST /batches/{id}/end}. Answers 200 with an {@link EndedBatch}.
 *
 * @param outcome any state but receiving
 * @param reason why the upload was refused or interrupted, for people; null if it was received
 * @param chunks number of chunks of the upload
 * @param request the batch as one request, without tasks; what was not admitted yet is admitted by it
 */
public record BatchEnd(
        UploadState outcome, @Nullable String reason, int chunks, AdmissionRequest request, UploadProgress progress) {}

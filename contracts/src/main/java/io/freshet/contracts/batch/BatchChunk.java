package io.freshet.contracts.batch;

import io.freshet.contracts.admission.AdmissionRequest;
import org.jspecify.annotations.Nullable;

/**
 * Request body of {@code POST /batches/{id}/chunks}: the lines read, and the next task of the batch. Answers 200 with
 * a {@link RecordedChunk}.
 *
 * @param task the task; null if only the progress of the upload is reported
 */
public record BatchChunk(
        String account, UploadProgress progress, @Nullable ChunkTask task) {

    /**
     * A task of a batch. It is recorded once, however often a chunk with its index is sent.
     *
     * @param index number of the chunk in the batch, from 0
     * @param hash of the domain and objects; another hash at the same index is a conflict
     * @param request with this one task
     * @param type of the command, see {@link io.freshet.contracts.message.MessageFormat}
     * @param command as JSON
     */
    public record ChunkTask(int index, String hash, AdmissionRequest request, String type, String command) {}
}

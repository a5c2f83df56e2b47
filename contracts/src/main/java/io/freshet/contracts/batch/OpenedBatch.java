package io.freshet.contracts.batch;

import java.util.UUID;

/**
 * A batch that takes an upload.
 *
 * @param batchId of the first upload with this idempotency key
 * @param requestId of all tasks of the batch
 * @param upload {@link UploadState#RECEIVED} if this upload repeats one that is complete, else receiving
 */
public record OpenedBatch(BatchId batchId, UUID requestId, UploadState upload) {}

package io.freshet.task.batch;

import io.freshet.contracts.batch.BatchId;
import io.freshet.contracts.batch.UploadState;
import io.freshet.task.batch.UploadedBatches.LockedBatch;
import java.time.Clock;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Cancels batches: in one transaction the upload ends, commands that Kafka does not have are deleted, and all
 * unfinished tasks are cancelled. Their cancellations are published afterwards, also those of tasks whose commands were
 * deleted: a publisher that crashed may have published them.
 */
@Component
class BatchCanceller {

    private final TransactionTemplate transaction;
    private final UploadedBatches batches;
    private final StagedCommands commands;
    private final StagedCancellations cancellations;
    private final Clock clock;

    BatchCanceller(
            TransactionTemplate transaction,
            UploadedBatches batches,
            StagedCommands commands,
            StagedCancellations cancellations,
            Clock clock) {
        this.transaction = transaction;
        this.batches = batches;
        this.commands = commands;
        this.cancellations = cancellations;
        this.clock = clock;
    }

    /** Cancels a batch, if the account has it. What has finished stays as it is. */
    void cancel(BatchId id, String account) {
        transaction.executeWithoutResult(_ -> batches.lock(id, account).ifPresent(this::cancel));
    }

    private void cancel(LockedBatch batch) {
        if (batch.upload() == UploadState.RECEIVING || batch.upload() == UploadState.INTERRUPTED) {
            batches.end(batch, UploadState.CANCELLED, "The batch was cancelled.", 0);
            batches.deleteChunks(batch);
        }
        commands.deleteAll(batch.id()); // first, since it waits for those that are being published
        cancellations.cancelTasks(batch.id(), clock.instant());
    }
}

package io.freshet.task.batch;

import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.TaskToAdmit;
import io.freshet.contracts.batch.BatchChunk;
import io.freshet.contracts.batch.BatchEnd;
import io.freshet.contracts.batch.BatchId;
import io.freshet.contracts.batch.OnError;
import io.freshet.contracts.batch.RecordedChunk;
import io.freshet.contracts.batch.RecordedChunk.ChunkOutcome;
import io.freshet.contracts.batch.UploadState;
import io.freshet.task.admission.BatchTaskAdmissions;
import io.freshet.task.admission.IdempotencyKeys;
import io.freshet.task.batch.UploadedBatches.LockedBatch;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.server.ResponseStatusException;

/**
 * Records uploads. With {@link OnError#SKIP} each chunk is admitted and its command released at once; with
 * {@link OnError#REFUSE} all of them are, in one transaction, when the last line has been received.
 */
@Component
class UploadRecorder {

    private final TransactionTemplate transaction;
    private final UploadedBatches batches;
    private final StagedCommands commands;
    private final BatchTaskAdmissions admissions;
    private final IdempotencyKeys keys;

    UploadRecorder(
            TransactionTemplate transaction,
            UploadedBatches batches,
            StagedCommands commands,
            BatchTaskAdmissions admissions,
            IdempotencyKeys keys) {
        this.transaction = transaction;
        this.batches = batches;
        this.commands = commands;
        this.admissions = admissions;
        this.keys = keys;
    }

    /** The end of an upload: the quota that refused it, or whether it differs from the one that it repeats. */
    record Ending(@Nullable QuotaExceeded quota, boolean isConflict) {}

    /** Records the progress of an upload, and then its next task. */
    RecordedChunk record(BatchId id, BatchChunk chunk) {
        UploadState upload = inTransaction(id, chunk.account(), (batch, _) -> {
            batches.report(batch, chunk.progress());
            return batch.upload();
        });
        BatchChunk.ChunkTask task = chunk.task();
        return task == null
                ? new RecordedChunk(ChunkOutcome.RECORDED, null, upload)
                : inTransaction(id, chunk.account(), (batch, status) -> record(batch, task, status));
    }

    private RecordedChunk record(LockedBatch batch, BatchChunk.ChunkTask task, TransactionStatus status) {
        if (batch.upload().isFailure()) {
            return new RecordedChunk(ChunkOutcome.ENDED, null, batch.upload());
        }
        if (batch.upload() == UploadState.RECEIVED || !batches.insertChunk(batch, task.index(), task.hash())) {
            return new RecordedChunk(
                    batches.hasChunk(batch, task.index(), task.hash()) ? ChunkOutcome.RECORDED : ChunkOutcome.CONFLICT,
                    null,
                    batch.upload());
        }
        if (batch.onError() == OnError.SKIP) {
            Optional<QuotaExceeded> exceeded = admit(batch, task.request());
            if (exceeded.isPresent()) {
                status.setRollbackOnly();
                return new RecordedChunk(ChunkOutcome.OVER_QUOTA, exceeded.get(), batch.upload());
            }
        }
        commands.add(batch.id(), task, batch.onError() == OnError.SKIP);
        return new RecordedChunk(ChunkOutcome.RECORDED, null, batch.upload());
    }

    private Optional<QuotaExceeded> admit(LockedBatch batch, AdmissionRequest request) {
        Optional<QuotaExceeded> exceeded = admissions.admit(request);
        if (exceeded.isEmpty()) {
            batches.addTasks(
                    batch,
                    request.tasks().stream().map(task -> task.taskId().value()).toList());
        }
        return exceeded;
    }

    /** Ends an upload, unless it has ended before. A batch that exceeds its quota as a whole is refused. */
    Ending end(BatchId id, BatchEnd end) {
        String account = end.request().account();
        Ending ending = inTransaction(id, account, (batch, status) -> {
            batches.report(batch, end.progress());
            return end(batch, end, status);
        });
        if (ending.quota() != null) {
            inTransaction(id, account, (batch, _) -> {
                batches.report(batch, end.progress());
                discard(batch, UploadState.REFUSED, "The daily quota does not cover the batch.");
                return batch;
            });
        }
        return ending;
    }

    private Ending end(LockedBatch batch, BatchEnd end, TransactionStatus status) {
        if (batch.upload() != UploadState.RECEIVING) {
            return new Ending(null, batch.upload() == UploadState.RECEIVED && !UploadedBatches.isSame(batch, end));
        }
        if (end.outcome() != UploadState.RECEIVED) {
            discard(batch, end.outcome(), end.reason());
            return new Ending(null, false);
        }
        if (batch.onError() == OnError.REFUSE) {
            Optional<QuotaExceeded> exceeded = admit(batch, with(end.request(), commands.held(batch.id())));
            if (exceeded.isPresent()) {
                status.setRollbackOnly();
                return new Ending(exceeded.get(), false);
            }
            commands.release(batch.id());
        }
        batches.end(batch, UploadState.RECEIVED, end.reason(), end.chunks());
        return new Ending(null, false);
    }

    /**
     * Ends an upload that was not received as a whole. Tasks that exist stay; commands that were not released are
     * deleted. The key of a batch of which nothing was accepted is free again.
     */
    void discard(LockedBatch batch, UploadState outcome, @Nullable String reason) {
        commands.deleteHeld(batch.id());
        batches.end(batch, outcome, reason, 0);
        if (batch.onError() == OnError.REFUSE || outcome == UploadState.REFUSED) {
            batches.deleteChunks(batch);
            if (batch.idempotencyKey() != null) {
                keys.release(batch.account(), batch.idempotencyKey(), batch.requestId());
            }
        }
    }

    private static AdmissionRequest with(AdmissionRequest request, List<TaskToAdmit> tasks) {
        return new AdmissionRequest(
                request.account(),
                null,
                request.bodyHash(),
                request.requestId(),
                request.kind(),
                request.selector(),
                request.quotaLimit(),
                request.acceptedAt(),
                tasks,
                request.pushLimit(),
                null);
    }

    /** Work with a batch in a transaction. */
    private interface LockedWork<T> {
        T run(LockedBatch batch, TransactionStatus status);
    }

    private <T> T inTransaction(BatchId id, String account, LockedWork<T> work) {
        Function<TransactionStatus, T> locked = status -> work.run(
                batches.lock(id, account)
                        .orElseThrow(
                                () -> new ResponseStatusException(HttpStatus.NOT_FOUND, "there is no batch " + id)),
                status);
        return Objects.requireNonNull(transaction.execute(locked::apply));
    }
}

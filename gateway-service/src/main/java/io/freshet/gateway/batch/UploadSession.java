package io.freshet.gateway.batch;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.Sha256;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.admission.TaskToAdmit;
import io.freshet.contracts.batch.BatchChunk;
import io.freshet.contracts.batch.BatchEnd;
import io.freshet.contracts.batch.EndedBatch;
import io.freshet.contracts.batch.OpenedBatch;
import io.freshet.contracts.batch.RecordedChunk;
import io.freshet.contracts.batch.UploadProgress;
import io.freshet.contracts.batch.UploadState;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.fleet.account.Account;
import io.freshet.gateway.accept.TaskIdGenerator;
import io.freshet.gateway.batch.ObjectBuffer.DomainObjects;
import io.freshet.gateway.blocking.Blocking;
import io.freshet.gateway.client.BatchClient;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.request.canonical.CanonicalRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The upload of one batch as task-service records it. */
@Blocking
final class UploadSession {

    /** Pause after which an upload is reported even if no task is complete. */
    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(1);

    private final BatchClient client;
    private final TaskIdGenerator taskIds;
    private final Clock clock;
    private final Account account;
    private final BatchOptions options;
    private final OpenedBatch batch;
    private final LineCounts counts;
    private int chunks;
    private long reportedAt = System.nanoTime();

    UploadSession(
            BatchClient client,
            TaskIdGenerator taskIds,
            Clock clock,
            Account account,
            BatchOptions options,
            OpenedBatch batch,
            LineCounts counts) {
        this.client = client;
        this.taskIds = taskIds;
        this.clock = clock;
        this.account = account;
        this.options = options;
        this.batch = batch;
        this.counts = counts;
    }

    OpenedBatch batch() {
        return batch;
    }

    /** Returns whether an upload with the same idempotency key is complete. */
    boolean isReplay() {
        return batch.upload() == UploadState.RECEIVED;
    }

    /** Returns the number of chunks that have been recorded. */
    int chunks() {
        return chunks;
    }

    /** Records a task. It takes the next index only if it was recorded. */
    RecordedChunk record(DomainObjects objects) {
        RecordedChunk recorded = send(task(objects));
        if (recorded.outcome() == RecordedChunk.ChunkOutcome.RECORDED) {
            chunks++;
        }
        return recorded;
    }

    /**
     * Reports the progress if it has not been reported for a second.
     *
     * @throws ProblemException if the upload was ended meanwhile, as by a cancellation
     */
    void reportIfDue() {
        if (System.nanoTime() - reportedAt > REPORT_INTERVAL.toNanos()) {
            UploadState upload = send(null).upload();
            if (upload.isFailure()) {
                throw BatchProblems.ended(batch, upload);
            }
        }
    }

    private RecordedChunk send(BatchChunk.@Nullable ChunkTask task) {
        UploadProgress progress = counts.progress();
        RecordedChunk recorded =
                requireNonNull(client.record(batch.batchId(), new BatchChunk(account.id(), progress, task))
                        .block());
        counts.reported(progress);
        reportedAt = System.nanoTime();
        return recorded;
    }

    private BatchChunk.ChunkTask task(DomainObjects objects) {
        CanonicalRequest request = options.request(objects.domain(), objects.objects());
        Instant now = clock.instant();
        TaskToAdmit task = new TaskToAdmit(
                taskIds.next(), objects.domain(), objects.objects().size());
        Command command = request.command(
                new AdmittedTask(task.taskId(), task.domain(), task.objectCount(), false),
                account,
                new Admission(batch.requestId(), now, List.of()));
        return new BatchChunk.ChunkTask(
                chunks,
                hash(objects),
                admission(List.of(task), now),
                MessageFormat.typeOf(command),
                new String(MessageFormat.write(command), StandardCharsets.UTF_8));
    }

    private static String hash(DomainObjects objects) {
        String text = objects.domain() + '\n' + String.join("\n", objects.objects());
        return Sha256.hex(text.getBytes(StandardCharsets.UTF_8));
    }

    private AdmissionRequest admission(List<TaskToAdmit> tasks, Instant acceptedAt) {
        return new AdmissionRequest(
                account.id(),
                null,
                "",
                batch.requestId(),
                options.kind(),
                options.type(),
                options.quota(account),
                acceptedAt,
                tasks);
    }

    /** Ends the upload. */
    EndedBatch end(UploadState outcome, @Nullable String reason) {
        return requireNonNull(client.end(
                        batch.batchId(),
                        new BatchEnd(outcome, reason, chunks, admission(List.of(), clock.instant()), counts.progress()))
                .block());
    }
}

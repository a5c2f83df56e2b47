package io.freshet.gateway.batch;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.batch.BatchId;
import io.freshet.contracts.batch.BatchToOpen;
import io.freshet.contracts.batch.BatchView;
import io.freshet.contracts.batch.EndedBatch;
import io.freshet.contracts.batch.OpenedBatch;
import io.freshet.contracts.batch.UploadState;
import io.freshet.fleet.account.Account;
import io.freshet.gateway.accept.AdmissionProblems;
import io.freshet.gateway.accept.TaskIdGenerator;
import io.freshet.gateway.blocking.Blocking;
import io.freshet.gateway.client.BatchClient;
import io.freshet.gateway.limit.SharedLimit;
import io.freshet.gateway.memory.MemoryBudget;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.freshet.gateway.problem.Violation;
import io.freshet.gateway.request.canonical.RequestCanonicaliser;
import io.freshet.gateway.request.object.LimitProperties;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Receiver of uploads, of which a few may be in progress at once. */
@Component
@Blocking
class BatchUploads {

    private static final Logger log = LoggerFactory.getLogger(BatchUploads.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    /** JSON writes some characters of a URL as six bytes. */
    private static final int LINE_FACTOR = 8;

    private final BatchClient client;
    private final RequestCanonicaliser canonicaliser;
    private final TaskIdGenerator ids;
    private final LimitProperties limits;
    private final BatchProperties properties;
    private final SharedLimit uploads;
    private final Clock clock;

    BatchUploads(
            BatchClient client,
            RequestCanonicaliser canonicaliser,
            TaskIdGenerator ids,
            LimitProperties limits,
            BatchProperties properties,
            MemoryBudget memory,
            MeterRegistry meters,
            Clock clock) {
        memory.requireRoom(
                2 * properties.maxUploadsPerAccount(), properties.bufferSize(), "freshet.gateway.batches.buffer-size");
        this.client = client;
        this.canonicaliser = canonicaliser;
        this.ids = ids;
        this.limits = limits;
        this.properties = properties;
        this.uploads = new SharedLimit(properties.maxUploads(), properties.maxUploadsPerAccount());
        this.clock = clock;
        Gauge.builder("freshet.uploads.in.progress", uploads, SharedLimit::used)
                .description("Uploads of batches in progress")
                .register(meters);
    }

    /**
     * An upload.
     *
     * @param idempotencyKey of the client; null for none
     */
    record Upload(
            Account account,
            @Nullable String idempotencyKey,
            BatchOptions options,
            LineFormat format,
            BodyEncoding encoding) {}

    /** A batch that was accepted, and whether an earlier upload with its key was. */
    record AcceptedBatch(BatchView batch, boolean isReplay) {}

    /**
     * Receives an upload. Blocks until its last line has been recorded.
     *
     * @throws ProblemException if it was not accepted
     */
    AcceptedBatch receive(Upload upload, InputStream input) {
        acquire(upload.account());
        try {
            OpenedBatch batch = open(upload);
            if (batch.upload().isFailure()) {
                throw closing(BatchProblems.ended(batch, batch.upload()));
            }
            LineCounts counts = new LineCounts(properties.maxReportedLines());
            UploadSession session =
                    new UploadSession(client, ids, clock, upload.account(), upload.options(), batch, counts);
            return accepted(session, counts, read(upload, session, counts, new UploadBody(input)));
        } finally {
            uploads.release(upload.account().id(), 1);
        }
    }

    private void acquire(Account account) {
        switch (uploads.tryAcquire(account.id(), 1)) {
            case GRANTED -> {}
            case SHARE_EXHAUSTED ->
                throw closing(ProblemException.of(
                                ProblemType.TOO_MUCH_IN_PROGRESS,
                                "The account has " + properties.maxUploadsPerAccount() + " uploads in progress.")
                        .retryAfter(RETRY_AFTER));
            case EXHAUSTED ->
                throw closing(ProblemException.unavailable("Too many uploads are in progress.", RETRY_AFTER));
        }
    }

    /** Closes the connection after the answer, since the body has not been read. */
    private static ProblemException closing(ProblemException problem) {
        return problem.header("Connection", "close");
    }

    private OpenedBatch open(Upload upload) {
        Account account = upload.account();
        BatchOptions options = upload.options();
        AdmissionRequest request = new AdmissionRequest(
                account.id(),
                upload.idempotencyKey(),
                options.hash(),
                UUID.randomUUID(),
                options.kind(),
                options.type(),
                options.quota(account),
                clock.instant(),
                List.of(),
                null,
                account.requestsPerMinute());
        BatchToOpen batch = new BatchToOpen(new BatchId(ids.next().value()), options.onError(), request);
        return switch (requireNonNull(client.open(batch).block())) {
            case BatchClient.Opening.OpenedUpload(OpenedBatch opened) -> opened;
            case BatchClient.Opening.UsedKey(var conflict) -> throw closing(AdmissionProblems.keyReused(conflict));
            case BatchClient.Opening.TooManyRequests(var excess) ->
                throw closing(AdmissionProblems.overRateLimit(excess, clock.instant()));
        };
    }

    private BatchUpload.UploadResult read(Upload upload, UploadSession session, LineCounts counts, UploadBody body) {
        try {
            return upload(upload, session, counts, body);
        } catch (UploadBody.DisconnectedException e) {
            interrupt(session, "The client disconnected after line " + counts.lines() + '.');
            throw e;
        } catch (IOException e) {
            String reason = "The gzip data is damaged after line " + counts.lines() + ": " + e.getMessage();
            interrupt(session, reason);
            throw closing(ProblemException.invalid(Violation.at("", reason)));
        } catch (ProblemException e) {
            interrupt(session, e.problem().detail());
            // The client may go on for long, and has asked for the end.
            throw e.type() == ProblemType.UPLOAD_ENDED ? closing(e) : answerable(e, body);
        }
    }

    private BatchUpload.UploadResult upload(Upload upload, UploadSession session, LineCounts counts, UploadBody body)
            throws IOException {
        BoundedInput input = new BoundedInput(
                upload.encoding().decoded(body),
                properties.maxBytes().toBytes(),
                System.nanoTime() + properties.timeout().toNanos(),
                session::reportIfDue);
        BatchUpload batch = new BatchUpload(
                canonicaliser,
                upload.account(),
                upload.options(),
                upload.format(),
                properties.maxLines(),
                session,
                new ObjectBuffer(
                        upload.options().maxObjects(limits),
                        properties.bufferSize().toBytes()),
                counts);
        return batch.run(new LineReader(input, LINE_FACTOR * limits.maxObjectBytes()));
    }

    private AcceptedBatch accepted(UploadSession session, LineCounts counts, BatchUpload.UploadResult result) {
        EndedBatch ended = result.ended();
        if (ended.isConflict()) {
            throw BatchProblems.otherLines(session.batch());
        }
        if (ended.quota() != null) {
            throw AdmissionProblems.overQuota(ended.quota(), clock.instant());
        }
        if (ended.batch().upload() == UploadState.RECEIVED) {
            return new AcceptedBatch(ended.batch(), session.isReplay());
        }
        if (ended.batch().upload() != UploadState.REFUSED) {
            throw BatchProblems.ended(session.batch(), ended.batch().upload());
        }
        throw result.exceeded() != null
                ? AdmissionProblems.overQuota(result.exceeded(), clock.instant())
                : BatchProblems.refused(ended.batch(), counts);
    }

    /** Ends an upload; if that fails, task-service ends it after a timeout. */
    private static void interrupt(UploadSession session, String reason) {
        try {
            session.end(UploadState.INTERRUPTED, reason);
        } catch (ProblemException e) {
            log.warn("Batch {} could not be interrupted: {}", session.batch().batchId(), e.getMessage());
        }
    }

    /** Reads the rest of the body, so that the client reads the answer. Closes the connection if it is too long. */
    private ProblemException answerable(ProblemException problem, UploadBody body) {
        try {
            body.drain(properties.maxBytes().toBytes());
            return body.available() > 0 ? closing(problem) : problem;
        } catch (IOException | RuntimeException e) {
            return closing(problem);
        }
    }
}

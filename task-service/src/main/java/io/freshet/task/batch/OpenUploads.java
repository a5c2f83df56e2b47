package io.freshet.task.batch;

import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.batch.BatchId;
import io.freshet.contracts.batch.BatchToOpen;
import io.freshet.contracts.batch.OpenedBatch;
import io.freshet.contracts.batch.UploadState;
import io.freshet.task.admission.IdempotencyKeys;
import io.freshet.task.admission.RequestRates;
import io.freshet.task.storage.ConnectionPools;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/** Begins uploads, or lets an upload with the same idempotency key repeat or resume an earlier one. */
@Component
class OpenUploads {

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final IdempotencyKeys keys;
    private final RequestRates rates;
    private final Clock clock;

    OpenUploads(ConnectionPools pools, IdempotencyKeys keys, RequestRates rates, Clock clock) {
        this.jdbc = pools.admissions();
        this.transaction = pools.admissionTransactions();
        this.keys = keys;
        this.rates = rates;
        this.clock = clock;
    }

    /** Opens the batch, or the one that its key belongs to. A refusal changes nothing. */
    UploadDecision open(BatchToOpen batch) {
        return Objects.requireNonNull(transaction.execute(status -> decide(batch, status)));
    }

    private UploadDecision decide(BatchToOpen batch, TransactionStatus status) {
        AdmissionRequest request = batch.request();
        String key = request.idempotencyKey();
        if (key != null) {
            IdempotencyKeys.KeyOwner owner = keys.claim(key, request);
            if (!owner.requestId().equals(request.requestId())) {
                Optional<OpenedBatch> earlier = owner.bodyHash().equals(request.bodyHash())
                        ? reopen(request.account(), owner)
                        : Optional.empty();
                return earlier.<UploadDecision>map(UploadDecision.BatchOpened::new)
                        .orElseGet(() -> new UploadDecision.UploadKeyConflict(
                                new IdempotencyConflict(owner.requestId(), owner.expiresAt())));
            }
        }
        if (!rates.grant(request)) {
            status.setRollbackOnly();
            return new UploadDecision.UploadRateRefusal(rates.exceeded(request));
        }
        insert(batch);
        return new UploadDecision.BatchOpened(
                new OpenedBatch(batch.batchId(), request.requestId(), UploadState.RECEIVING));
    }

    /** Resumes an upload that was interrupted. One that is complete stays so. */
    private Optional<OpenedBatch> reopen(String account, IdempotencyKeys.KeyOwner owner) {
        return jdbc.sql("""
                        update batch set
                            upload = case when upload = 'INTERRUPTED' then 'RECEIVING' else upload end,
                            reason = case when upload = 'INTERRUPTED' then null else reason end,
                            received_at = case when upload = 'INTERRUPTED' then null else received_at end,
                            reported_at = :now
                        where account = :account and request_id = :requestId
                        returning id, upload
                        """)
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("account", account)
                .param("requestId", owner.requestId())
                .query((row, _) -> new OpenedBatch(
                        new BatchId(row.getLong("id")),
                        owner.requestId(),
                        UploadState.valueOf(row.getString("upload"))))
                .optional();
    }

    private void insert(BatchToOpen batch) {
        AdmissionRequest request = batch.request();
        jdbc.sql("""
                        insert into batch (id, account, kind, selector, on_error, request_id, idempotency_key, upload,
                            reported_at)
                        values (:id, :account, :kind, :selector, :onError, :requestId, :key, 'RECEIVING', :now)
                        """)
                .param("id", batch.batchId().value())
                .param("account", request.account())
                .param("kind", request.kind().name())
                .param("selector", request.selector().name())
                .param("onError", batch.onError().name())
                .param("requestId", request.requestId())
                .param("key", request.idempotencyKey())
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .update();
    }
}

package io.freshet.task.batch;

import io.freshet.contracts.batch.UploadState;
import io.freshet.task.batch.UploadedBatches.LockedBatch;
import io.freshet.task.storage.PeriodicJob;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Interrupts uploads whose gateway has crashed or cannot reach this service. */
@Component
class AbandonedUploadSweeper implements PeriodicJob {

    private static final Logger log = LoggerFactory.getLogger(AbandonedUploadSweeper.class);
    private static final int CHUNK = 10;

    private final UploadedBatches batches;
    private final UploadRecorder recorder;
    private final TransactionTemplate transaction;
    private final UploadProperties properties;
    private final Clock clock;

    AbandonedUploadSweeper(
            UploadedBatches batches,
            UploadRecorder recorder,
            TransactionTemplate transaction,
            UploadProperties properties,
            Clock clock) {
        this.batches = batches;
        this.recorder = recorder;
        this.transaction = transaction;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public Duration interval() {
        return properties.checkInterval();
    }

    @Override
    public void run() {
        int interrupted;
        do {
            interrupted = Objects.requireNonNull(transaction.execute(_ -> interruptChunk()));
        } while (interrupted == CHUNK);
    }

    private int interruptChunk() {
        Instant before = clock.instant().minus(properties.timeout());
        List<LockedBatch> abandoned = batches.lockAbandoned(before, CHUNK);
        abandoned.forEach(batch -> {
            recorder.discard(batch, UploadState.INTERRUPTED, "The gateway that received the upload has stopped.");
            log.warn("Interrupted the upload of batch {}, which no gateway has reported lately", batch.id());
        });
        return abandoned.size();
    }
}

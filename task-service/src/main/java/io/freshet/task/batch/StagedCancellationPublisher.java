package io.freshet.task.batch;

import io.freshet.contracts.message.TaskCancelled;
import io.freshet.kafka.MessagePublisher;
import io.freshet.task.storage.PeriodicJob;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.springframework.kafka.KafkaException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Publishes the cancellations of batches' tasks, at least once: a cancellation is deleted after Kafka's
 * acknowledgement.
 */
@Component
class StagedCancellationPublisher implements PeriodicJob {

    private static final int CHUNK = 1_000;
    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final StagedCancellations cancellations;
    private final MessagePublisher publisher;
    private final TransactionTemplate transaction;

    StagedCancellationPublisher(
            StagedCancellations cancellations, MessagePublisher publisher, TransactionTemplate transaction) {
        this.cancellations = cancellations;
        this.publisher = publisher;
        this.transaction = transaction;
    }

    @Override
    public Duration interval() {
        return INTERVAL;
    }

    @Override
    public void run() {
        int published;
        do {
            published = Objects.requireNonNull(transaction.execute(_ -> publishChunk()));
        } while (published == CHUNK);
    }

    private int publishChunk() {
        List<TaskCancelled> chunk = cancellations.lock(CHUNK);
        if (chunk.isEmpty()) {
            return 0;
        }
        try {
            CompletableFuture.allOf(chunk.stream().map(publisher::publish).toArray(CompletableFuture[]::new))
                    .join();
        } catch (CompletionException e) {
            throw new KafkaException("Cancellations of batches could not be published", e.getCause());
        }
        cancellations.delete(chunk);
        return chunk.size();
    }
}

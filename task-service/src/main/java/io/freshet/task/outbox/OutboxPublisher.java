package io.freshet.task.outbox;

import io.freshet.kafka.MessagePublisher;
import io.freshet.task.storage.PeriodicJob;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.KafkaException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Publishes the messages of an outbox, at least once: a message is deleted after Kafka's acknowledgement. Several
 * instances share the work.
 *
 * @param <R> a stored message
 */
public final class OutboxPublisher<R> implements PeriodicJob {

    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final Outbox<R> outbox;
    private final MessagePublisher publisher;
    private final TransactionTemplate transaction;

    public OutboxPublisher(Outbox<R> outbox, MessagePublisher publisher, TransactionTemplate transaction) {
        this.outbox = outbox;
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
        } while (published == outbox.chunk());
    }

    private int publishChunk() {
        List<R> chunk = outbox.lock(outbox.chunk());
        if (chunk.isEmpty()) {
            return 0;
        }
        try {
            CompletableFuture.allOf(chunk.stream()
                            .map(outbox::message)
                            .map(publisher::publish)
                            .toArray(CompletableFuture[]::new))
                    .join();
        } catch (CompletionException e) {
            throw new KafkaException("Stored messages could not be published", e.getCause());
        }
        outbox.delete(chunk);
        return chunk.size();
    }
}

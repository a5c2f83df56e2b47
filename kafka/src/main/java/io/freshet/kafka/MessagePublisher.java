package io.freshet.kafka;

import io.freshet.contracts.message.AuditEntry;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.Headers;
import io.freshet.contracts.message.Inspection;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.contracts.message.NodeAction;
import io.freshet.contracts.message.NodeEvent;
import io.freshet.contracts.message.PurgeRetry;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.TaskCancelled;
import io.freshet.contracts.message.TaskEvent;
import io.freshet.contracts.message.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.KafkaOperations;

/** Publisher of messages: topic and key follow from the message, its type goes into a header. */
public final class MessagePublisher {

    /** Smallest value that is compressed, in bytes (see docs/adr/0022). */
    private static final int LARGE = 4_096;

    private final KafkaOperations<String, byte[]> small;
    private final KafkaOperations<String, byte[]> large;
    private final RefreshPartitions refreshPartitions = new RefreshPartitions();

    /**
     * Creates the publisher.
     *
     * @param small sends uncompressed
     * @param large compresses
     */
    MessagePublisher(KafkaOperations<String, byte[]> small, KafkaOperations<String, byte[]> large) {
        this.small = small;
        this.large = large;
    }

    /**
     * Sends a message. May block for the producer's {@code max.block.ms} while the broker is away, so never call it on
     * an event loop.
     *
     * @return completes when all in-sync replicas have it; after a failure they may have it nevertheless
     */
    public CompletableFuture<Void> publish(Message message) {
        byte[] value = MessageFormat.write(message);
        return send(producer(message, value), message, value);
    }

    /** Sends a record without a value for the message's key, so that a compacted topic forgets the message. */
    public CompletableFuture<Void> delete(Message message) {
        return send(small, message, null);
    }

    private CompletableFuture<Void> send(
            KafkaOperations<String, byte[]> producer, Message message, byte @Nullable [] value) {
        try {
            ProducerRecord<String, byte[]> record =
                    new ProducerRecord<>(Topics.of(message), partition(message), message.key(), value);
            header(record, Headers.TYPE, MessageFormat.typeOf(message));
            switch (message) {
                case Command command -> header(record, Headers.ACCOUNT, command.account());
                case TaskEvent event -> header(record, Headers.ACCOUNT, event.account());
                case PurgeRetry retry -> header(record, Headers.ACCOUNT, retry.account());
                case Inspection inspection -> header(record, Headers.ACCOUNT, inspection.account());
                case TaskCancelled cancelled -> header(record, Headers.ACCOUNT, cancelled.account());
                case NodeEvent _, NodeAction _, AuditEntry _ -> {}
            }
            return producer.send(record).thenApply(_ -> null);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Returns the partition of a message that does not go where its key leads; null for all others. */
    private @Nullable Integer partition(Message message) {
        return switch (message) {
            case RefreshCommand refresh -> refreshPartitions.partition(refresh, partitions(message));
            case PurgeRetry retry -> retry.partition() % partitions(message);
            case PushCommand _, TaskCancelled _, TaskEvent _, NodeEvent _, NodeAction _, Inspection _, AuditEntry _ ->
                null;
        };
    }

    private int partitions(Message message) {
        return small.partitionsFor(Topics.of(message)).size();
    }

    /**
     * Sends a message, and again until Kafka acknowledges it, however long the broker is away.
     *
     * @throws InterruptedException if the thread was interrupted before; the message may have been sent
     */
    public void publishUntilAcknowledged(Message message) throws InterruptedException {
        publishUntilAcknowledged(List.of(message));
    }

    /** Sends messages together, and all of them again until Kafka acknowledges each. */
    public void publishUntilAcknowledged(List<? extends Message> messages) throws InterruptedException {
        if (messages.isEmpty()) {
            return;
        }
        UntilAcknowledged.send(
                MessageFormat.typeOf(messages.getFirst()) + " of "
                        + messages.getFirst().key(),
                () -> CompletableFuture.allOf(
                        messages.stream().map(this::publish).toArray(CompletableFuture[]::new)),
                () -> false);
    }

    /** Deletes a message from its compacted topic, and again until Kafka acknowledges it. */
    public void deleteUntilAcknowledged(Message message) throws InterruptedException {
        UntilAcknowledged.send("the end of " + message.key(), () -> delete(message), () -> false);
    }

    /** All messages about nodes use one producer, because their order matters. */
    private KafkaOperations<String, byte[]> producer(Message message, byte[] value) {
        return switch (message) {
            case Command _, TaskCancelled _, TaskEvent _, Inspection _ -> value.length < LARGE ? small : large;
            case NodeEvent _, NodeAction _, PurgeRetry _, AuditEntry _ -> small;
        };
    }

    private static void header(ProducerRecord<?, ?> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}

package io.freshet.kafka;

import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.Headers;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.contracts.message.NodeAction;
import io.freshet.contracts.message.NodeEvent;
import io.freshet.contracts.message.TaskEvent;
import io.freshet.contracts.message.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.springframework.kafka.core.KafkaOperations;

/** Publisher of messages: topic and key follow from the message, its type goes into a header. */
public final class MessagePublisher {

    /** Smallest value that is compressed, in bytes (see docs/adr/0022). */
    private static final int LARGE = 4_096;

    private final KafkaOperations<String, byte[]> small;
    private final KafkaOperations<String, byte[]> large;

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
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(Topics.of(message), message.key(), MessageFormat.write(message));
        header(record, Headers.TYPE, MessageFormat.typeOf(message));
        switch (message) {
            case Command command -> header(record, Headers.ACCOUNT, command.account());
            case TaskEvent event -> header(record, Headers.ACCOUNT, event.account());
            case NodeEvent _, NodeAction _ -> {}
        }
        try {
            return producer(message, record.value()).send(record).thenApply(_ -> null);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
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

    /** All messages about nodes use one producer, because their order matters. */
    private KafkaOperations<String, byte[]> producer(Message message, byte[] value) {
        return switch (message) {
            case Command _, TaskEvent _ -> value.length < LARGE ? small : large;
            case NodeEvent _, NodeAction _ -> small;
        };
    }

    private static void header(ProducerRecord<?, ?> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}

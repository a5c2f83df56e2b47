package io.freshet.kafka;

import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.Headers;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.contracts.message.NodeEvent;
import io.freshet.contracts.message.NodeAction;
import io.freshet.contracts.message.TaskEvent;
import io.freshet.contracts.message.Topics;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.springframework.kafka.core.KafkaOperations;

/** Puts messages on their topics, under their keys, with their types in a header. */
public final class MessagePublisher {

    /** From here on compressing is worth its price; bytes of the value. */
    private static final int LARGE = 4_096;

    private final KafkaOperations<String, byte[]> small;
    private final KafkaOperations<String, byte[]> large;

    /**
     * @param small sends as it is
     * @param large compresses
     */
    MessagePublisher(KafkaOperations<String, byte[]> small, KafkaOperations<String, byte[]> large) {
        this.small = small;
        this.large = large;
    }

    /**
     * Sends a message. May block for the producer's {@code max.block.ms} while the broker is away, so never call it on an event loop.
     *
     * @return done when all in-sync replicas have it; a failure may mean that they have it all the same
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

    /** Of nodes, what was said last counts: all of it has one producer, so that it stays in its order. */
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

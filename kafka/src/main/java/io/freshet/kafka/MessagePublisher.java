package io.freshet.kafka;

import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.Headers;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.contracts.message.NodeEvent;
import io.freshet.contracts.message.NodeOrder;
import io.freshet.contracts.message.TaskEvent;
import io.freshet.contracts.message.Topics;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.springframework.kafka.core.KafkaOperations;

/** Puts messages on their topics, under their keys, with their types in a header. */
public final class MessagePublisher {

    private final KafkaOperations<String, byte[]> kafka;

    MessagePublisher(KafkaOperations<String, byte[]> kafka) {
        this.kafka = kafka;
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
            case NodeEvent _, NodeOrder _ -> {}
        }
        try {
            return kafka.send(record).thenApply(_ -> null);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static void header(ProducerRecord<?, ?> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}

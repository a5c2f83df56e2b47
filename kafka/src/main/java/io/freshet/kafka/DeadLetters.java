package io.freshet.kafka;

import io.freshet.contracts.message.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaOperations;

/** Where records go that could not be read or handled: as they were, with the reason beside them, so that they can be replayed. */
public final class DeadLetters {

    /** Why, in one line. */
    public static final String REASON = "freshet-dlt-reason";
    /** The stack trace, cut to a few KB. */
    public static final String STACK = "freshet-dlt-stack";
    /** The consumer group that gave up. */
    public static final String GROUP = "freshet-dlt-group";
    /** Where the record stands in its source topic, as {@code topic-partition@offset}. */
    public static final String SOURCE = "freshet-dlt-source";

    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);
    private static final int MAX_STACK = 8_192;

    private final KafkaOperations<String, byte[]> kafka;
    private final MeterRegistry meters;

    DeadLetters(KafkaOperations<String, byte[]> kafka, MeterRegistry meters) {
        this.kafka = kafka;
        this.meters = meters;
    }

    /**
     * Sends a record to its topic's dead letters, into the same partition.
     *
     * @param group the consumer group that could not handle it
     * @return done when it is there; until then the record must not be committed
     */
    public CompletableFuture<Void> send(ConsumerRecord<String, byte[]> record, String group, Throwable reason) {
        String source = record.topic() + '-' + record.partition() + '@' + record.offset();
        log.error("{} goes to the dead letters of group {}: {}", source, group, reason.toString());
        meters.counter("freshet.dead.letters", "topic", record.topic(), "group", group)
                .increment();
        ProducerRecord<String, byte[]> letter = new ProducerRecord<>(
                Topics.deadLettersOf(record.topic()), record.partition(), record.key(), record.value());
        record.headers().forEach(letter.headers()::add);
        header(letter, SOURCE, source);
        header(letter, GROUP, group);
        header(letter, REASON, String.valueOf(reason.getMessage()));
        header(letter, STACK, stack(reason));
        try {
            return kafka.send(letter).thenApply(_ -> null);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static void header(ProducerRecord<?, ?> letter, String name, String value) {
        letter.headers().remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static String stack(Throwable reason) {
        StringWriter text = new StringWriter();
        reason.printStackTrace(new PrintWriter(text));
        return text.toString().substring(0, Math.min(MAX_STACK, text.getBuffer().length()));
    }
}

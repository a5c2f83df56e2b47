package io.freshet.kafka;

import io.freshet.contracts.message.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaOperations;

/**
 * Publisher of records that could not be read or handled, unchanged and with the reason in headers, so that they can be
 * replayed.
 */
public final class DeadLetters {

    /** Why, in one line. */
    public static final String REASON = "freshet-dlt-reason";
    /** The stack trace, cut to a few KB. */
    public static final String STACK = "freshet-dlt-stack";
    /** The consumer group that gave up. */
    public static final String GROUP = "freshet-dlt-group";
    /** Position of the record in its source topic, as {@code topic-partition@offset}. */
    public static final String SOURCE = "freshet-dlt-source";

    /** Size of a record that is too large for a dead letter, in bytes. Its value is at its source only. */
    public static final String CUT = "freshet-dlt-cut";

    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);
    private static final int MAX_REASON = 1_000;
    private static final int MAX_STACK = 8_192;

    private final KafkaOperations<String, byte[]> kafka;
    private final MeterRegistry meters;

    DeadLetters(KafkaOperations<String, byte[]> kafka, MeterRegistry meters) {
        this.kafka = kafka;
        this.meters = meters;
    }

    /**
     * Sends a record to its topic's dead letters, into the same partition if it exists. A record that is too large for
     * that leaves its value at its source.
     *
     * @param group the consumer group that could not handle it
     * @return done when it is there; until then the record must not be committed
     */
    public CompletableFuture<Void> send(ConsumerRecord<String, byte[]> record, String group, Throwable reason) {
        log.error("{} goes to the dead letters of group {}: {}", source(record), group, reason.toString());
        return put(record, record.key(), record.value(), headers(record, group, reason))
                .exceptionallyCompose(failure -> isTooLarge(failure)
                        ? put(record, null, null, headersOfCut(record, group, reason))
                        : CompletableFuture.failedFuture(failure))
                .thenRun(() -> meters.counter("freshet.dead.letters", "topic", record.topic(), "group", group)
                        .increment());
    }

    private static Headers headers(ConsumerRecord<?, byte[]> record, String group, Throwable reason) {
        Headers headers = new RecordHeaders(record.headers());
        explain(headers, record, group, reason);
        return headers;
    }

    /**
     * Returns headers of a dead letter without value: the source compressed the record better than this producer can.
     */
    private static Headers headersOfCut(ConsumerRecord<?, byte[]> record, String group, Throwable reason) {
        Headers headers = new RecordHeaders();
        explain(headers, record, group, reason);
        return header(headers, CUT, Integer.toString(record.serializedValueSize()));
    }

    private static void explain(Headers headers, ConsumerRecord<?, byte[]> record, String group, Throwable reason) {
        header(headers, SOURCE, source(record));
        header(headers, GROUP, group);
        header(headers, REASON, cut(String.valueOf(reason.getMessage()), MAX_REASON));
        header(headers, STACK, stack(reason));
    }

    private static Headers header(Headers headers, String name, String value) {
        return headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static String source(ConsumerRecord<?, ?> record) {
        return record.topic() + '-' + record.partition() + '@' + record.offset();
    }

    private CompletableFuture<Void> put(
            ConsumerRecord<?, ?> record, @Nullable String key, byte @Nullable [] value, Headers headers) {
        String topic = Topics.deadLettersOf(record.topic());
        try {
            // Somebody may have added partitions to the source alone.
            Integer partition = record.partition() < kafka.partitionsFor(topic).size() ? record.partition() : null;
            return kafka.send(new ProducerRecord<>(topic, partition, key, value, headers))
                    .thenApply(_ -> null);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static boolean isTooLarge(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RecordTooLargeException) {
                return true;
            }
        }
        return false;
    }

    private static String stack(Throwable reason) {
        StringWriter text = new StringWriter();
        reason.printStackTrace(new PrintWriter(text));
        return cut(text.toString(), MAX_STACK);
    }

    private static String cut(String text, int length) {
        return text.substring(0, Math.min(length, text.length()));
    }
}

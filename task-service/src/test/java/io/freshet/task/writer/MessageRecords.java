package io.freshet.task.writer;

import io.freshet.contracts.message.Message;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Messages as they come from Kafka. */
public final class MessageRecords {

    private MessageRecords() {}

    public static List<MessageRecord> of(Instant appendedAt, Message... messages) {
        return Stream.of(messages)
                .map(message -> new MessageRecord(record(appendedAt, message), message))
                .toList();
    }

    private static ConsumerRecord<String, byte[]> record(Instant appendedAt, Message message) {
        return new ConsumerRecord<>(
                "a-topic",
                0,
                0,
                appendedAt.toEpochMilli(),
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                message.key(),
                new byte[0],
                new RecordHeaders(),
                Optional.empty());
    }
}

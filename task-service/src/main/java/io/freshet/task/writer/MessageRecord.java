package io.freshet.task.writer;

import io.freshet.contracts.message.Message;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A Kafka record and the message that was read from it. */
public record MessageRecord(ConsumerRecord<String, byte[]> source, Message message) {

    /** Returns when the record was appended to its topic. */
    Instant appendedAt() {
        return Instant.ofEpochMilli(source.timestamp());
    }
}

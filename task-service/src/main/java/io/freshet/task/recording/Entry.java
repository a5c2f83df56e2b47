package io.freshet.task.recording;

import io.freshet.contracts.message.Message;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record that could be read. */
record Entry(ConsumerRecord<String, byte[]> source, Message message) {

    /** When it was appended to the log, where the topic says so. */
    Instant appendedAt() {
        return Instant.ofEpochMilli(source.timestamp());
    }
}

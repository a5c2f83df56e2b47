package io.freshet.task.recording;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Splits a batch by size: the work depends on the bytes, not on the number of records. */
final class RecordChunks {

    private RecordChunks() {}

    /**
     * Splits the records, in their order, into chunks of at most so many bytes. A larger record has a chunk of its own.
     *
     * @param bytes of the records' values
     */
    static <K, V> List<List<ConsumerRecord<K, V>>> of(List<ConsumerRecord<K, V>> records, long bytes) {
        List<List<ConsumerRecord<K, V>>> chunks = new ArrayList<>();
        long free = 0;
        for (ConsumerRecord<K, V> record : records) {
            long size = Math.max(0, record.serializedValueSize()); // negative without a value
            if (chunks.isEmpty() || size > free) {
                chunks.add(new ArrayList<>());
                free = bytes;
            }
            chunks.getLast().add(record);
            free -= size;
        }
        return chunks;
    }
}

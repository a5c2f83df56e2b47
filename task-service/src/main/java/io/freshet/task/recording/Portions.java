package io.freshet.task.recording;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Divides records by what they weigh: a thousand of one URL each are as much work as one of a thousand. */
final class Portions {

    private Portions() {}

    /**
     * The records in their order, in portions of so many bytes at most, or of one record that has more.
     *
     * @param bytes of values
     */
    static <K, V> List<List<ConsumerRecord<K, V>>> of(List<ConsumerRecord<K, V>> records, long bytes) {
        List<List<ConsumerRecord<K, V>>> portions = new ArrayList<>();
        long room = 0;
        for (ConsumerRecord<K, V> record : records) {
            long size = Math.max(0, record.serializedValueSize()); // negative without a value
            if (portions.isEmpty() || size > room) {
                portions.add(new ArrayList<>());
                room = bytes;
            }
            portions.getLast().add(record);
            room -= size;
        }
        return portions;
    }
}

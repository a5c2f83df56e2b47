package io.freshet.purge.replay;

import io.freshet.kafka.KafkaClients;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of one partition from any offset, a few records ahead. Opens its consumer when it is used. Not
 * thread-safe.
 */
public final class PartitionReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);

    private final KafkaClients clients;
    private final TopicPartition partition;
    private final Deque<ConsumerRecord<String, byte[]>> ahead = new ArrayDeque<>();
    private @Nullable Consumer<String, byte[]> consumer;
    private long next = -1;

    PartitionReader(KafkaClients clients, TopicPartition partition) {
        this.clients = clients;
        this.partition = partition;
    }

    /**
     * Returns the first record of a range of offsets, or null if the range holds none.
     *
     * @throws OffsetOutOfRangeException if the partition begins after the first offset, or ends before it
     * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
     */
    public @Nullable ConsumerRecord<String, byte[]> first(long from, long to) {
        Consumer<String, byte[]> open = open();
        if (from != next) {
            ahead.clear();
            open.seek(partition, from);
        }
        next = from;
        while (ahead.isEmpty() && open.position(partition) < to) {
            open.poll(POLL).forEach(ahead::add);
        }
        ConsumerRecord<String, byte[]> record = ahead.peekFirst();
        if (record == null || record.offset() >= to) {
            return null;
        }
        next = record.offset() + 1;
        return ahead.removeFirst();
    }

    private Consumer<String, byte[]> open() {
        Consumer<String, byte[]> open = consumer;
        if (open == null) {
            open = clients.ungrouped(Map.of(
                    ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                    "none",
                    ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                    10,
                    // A larger record is read nevertheless.
                    ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                    262_144));
            open.assign(List.of(partition));
            consumer = open;
        }
        return open;
    }

    /** Closes the consumer and drops what was read ahead. The next use opens a new one. */
    @Override
    public void close() {
        Consumer<String, byte[]> open = consumer;
        consumer = null;
        ahead.clear();
        next = -1;
        if (open != null) {
            open.close();
        }
    }
}

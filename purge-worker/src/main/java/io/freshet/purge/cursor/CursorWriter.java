package io.freshet.purge.cursor;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Moves the cursors of one partition, all nodes' in one transaction, as long as nobody has opened another writer for it. For one thread. */
public final class CursorWriter implements AutoCloseable {

    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final Producer<String, byte[]> producer;
    private final TopicPartition partition;

    private CursorWriter(Producer<String, byte[]> producer, TopicPartition partition) {
        this.producer = producer;
        this.partition = partition;
    }

    static CursorWriter open(Producer<String, byte[]> producer, TopicPartition partition) {
        try {
            producer.initTransactions();
            return new CursorWriter(producer, partition);
        } catch (RuntimeException e) {
            producer.close(CLOSE);
            throw e;
        }
    }

    /**
     * Writes the cursors of these nodes, or none of them.
     *
     * @throws KafkaException if they may not have been written; then this writer is of no use any more
     */
    public void write(Map<String, Cursors> cursors) {
        Map<String, Map<TopicPartition, OffsetAndMetadata>> groups = new HashMap<>();
        cursors.forEach((node, both) -> {
            groups.put(
                    CursorStore.APPLIED + node, Map.of(partition, both.applied().toOffset()));
            groups.put(
                    CursorStore.SETTLED + node, Map.of(partition, both.settled().toOffset()));
        });
        commit(producer, groups);
    }

    static void commit(Producer<?, ?> producer, Map<String, Map<TopicPartition, OffsetAndMetadata>> groups) {
        producer.beginTransaction();
        groups.forEach(
                (group, offsets) -> producer.sendOffsetsToTransaction(offsets, new ConsumerGroupMetadata(group)));
        producer.commitTransaction();
    }

    @Override
    public void close() {
        producer.close(CLOSE);
    }
}

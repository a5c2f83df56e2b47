package io.freshet.purge.cursor;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Transactional producer of one partition's cursors. It commits the cursors of all nodes in one transaction, and is
 * fenced as soon as another worker opens a producer for the partition. Not thread-safe.
 */
public final class CursorProducer implements AutoCloseable {

    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final Producer<String, byte[]> producer;
    private final TopicPartition partition;

    private CursorProducer(Producer<String, byte[]> producer, TopicPartition partition) {
        this.producer = producer;
        this.partition = partition;
    }

    static CursorProducer open(Producer<String, byte[]> producer, TopicPartition partition) {
        try {
            producer.initTransactions();
            return new CursorProducer(producer, partition);
        } catch (RuntimeException e) {
            producer.close(CLOSE);
            throw e;
        }
    }

    /**
     * Commits the cursors of these nodes, or none of them.
     *
     * @throws KafkaException if they may not have been committed; the producer must be closed then
     */
    public void commit(Map<String, Cursors> cursors) {
        Map<String, Map<TopicPartition, OffsetAndMetadata>> groups = new HashMap<>();
        cursors.forEach((node, both) -> {
            groups.put(
                    CursorStore.APPLIED + node, Map.of(partition, both.applied().toOffset()));
            groups.put(
                    CursorStore.SETTLED + node, Map.of(partition, both.settled().toOffset()));
        });
        commitOffsets(producer, groups);
    }

    static void commitOffsets(Producer<?, ?> producer, Map<String, Map<TopicPartition, OffsetAndMetadata>> groups) {
        List<String> ordered = GroupCoordinators.of(producer).order(groups.keySet());
        producer.beginTransaction();
        for (String group : ordered) {
            producer.sendOffsetsToTransaction(requireNonNull(groups.get(group)), new ConsumerGroupMetadata(group));
        }
        producer.commitTransaction();
    }

    @Override
    public void close() {
        producer.close(CLOSE);
    }
}

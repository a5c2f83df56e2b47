package io.freshet.purge.cursor;

import io.freshet.contracts.message.Headers;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.contracts.message.NodeCursor;
import io.freshet.contracts.message.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Transactional producer of cursors. It is fenced as soon as another with the same transactional id is opened. All
 * methods throw {@link org.apache.kafka.common.KafkaException}; the producer must be closed then. Not thread-safe.
 */
final class CursorTransactions implements AutoCloseable {

    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final Producer<String, byte[]> producer;
    private final int partitions;

    private CursorTransactions(Producer<String, byte[]> producer) {
        this.producer = producer;
        this.partitions = producer.partitionsFor(Topics.NODE_CURSORS).size();
    }

    /** Fences the former producer. Its open transaction is aborted when this method returns. */
    static CursorTransactions open(Producer<String, byte[]> producer) {
        try {
            producer.initTransactions();
            return new CursorTransactions(producer);
        } catch (RuntimeException e) {
            producer.close(CLOSE);
            throw e;
        }
    }

    /** Writes all of these cursors, or none. */
    void write(Collection<NodeCursor> cursors) {
        commit(cursors.stream().map(this::record).toList());
    }

    /** Deletes all cursors with these keys, or none. */
    void delete(Collection<CursorKey> keys) {
        commit(keys.stream()
                .map(key -> new ProducerRecord<String, byte[]>(
                        Topics.NODE_CURSORS, key.partition() % partitions, key.toString(), null))
                .toList());
    }

    private ProducerRecord<String, byte[]> record(NodeCursor cursor) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(
                Topics.NODE_CURSORS, cursor.partition() % partitions, cursor.key(), MessageFormat.write(cursor));
        record.headers().add(Headers.TYPE, MessageFormat.typeOf(cursor).getBytes(StandardCharsets.UTF_8));
        return record;
    }

    private void commit(List<ProducerRecord<String, byte[]>> records) {
        if (records.isEmpty()) {
            return;
        }
        producer.beginTransaction();
        records.forEach(producer::send); // the commit fails if one of them does
        producer.commitTransaction();
    }

    @Override
    public void close() {
        producer.close(CLOSE);
    }
}

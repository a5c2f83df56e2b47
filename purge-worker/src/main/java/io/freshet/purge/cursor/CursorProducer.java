package io.freshet.purge.cursor;

import java.util.Map;
import org.apache.kafka.common.KafkaException;

/**
 * Producer of one partition's cursors. It commits the cursors of all nodes in one transaction, and is fenced as soon as
 * another worker opens a producer for the partition. Not thread-safe.
 */
public final class CursorProducer implements AutoCloseable {

    private final int partition;
    private final CursorTransactions transactions;

    CursorProducer(int partition, CursorTransactions transactions) {
        this.partition = partition;
        this.transactions = transactions;
    }

    /**
     * Commits the cursors of these nodes, or none of them.
     *
     * @throws KafkaException if they may not have been committed; the producer must be closed then
     */
    public void commit(Map<String, Cursors> cursors) {
        transactions.write(cursors.entrySet().stream()
                .map(entry -> entry.getValue().toMessage(partition, entry.getKey()))
                .toList());
    }

    @Override
    public void close() {
        transactions.close();
    }
}

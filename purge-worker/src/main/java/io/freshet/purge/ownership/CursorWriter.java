package io.freshet.purge.ownership;

import io.freshet.purge.cursor.CursorProducer;
import io.freshet.purge.cursor.CursorStore;
import io.freshet.purge.cursor.Cursors;
import io.freshet.purge.partition.PartitionSnapshot;
import io.freshet.purge.partition.PartitionState;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Writes the cursors of one partition to Kafka. The position of the consumer group is committable only as far as the
 * cursors have been written: the next owner finds a node's cursor below that position only if the node is lagging.
 */
final class CursorWriter {

    private final PartitionState partition;
    private final CursorStore store;
    private final long intervalNanos;
    private final LongSupplier nanoTime;
    private final Map<String, Cursors> written = new HashMap<>();
    private @Nullable CursorProducer producer;
    private long lastWrite;
    private volatile boolean closed;
    private volatile long committablePosition;
    private volatile @Nullable KafkaException failure;

    /**
     * @param start position of the consumer group when the partition was assigned
     * @param interval between two writes
     * @param nanoTime monotonic time in nanoseconds
     */
    CursorWriter(PartitionState partition, long start, CursorStore store, Duration interval, LongSupplier nanoTime) {
        this.partition = partition;
        this.committablePosition = start;
        this.store = store;
        this.intervalNanos = interval.toNanos();
        this.nanoTime = nanoTime;
        this.lastWrite = nanoTime.getAsLong() - intervalNanos; // the first write is due at once
    }

    /** Fences former owners: from now on only this worker can move the partition's cursors. */
    synchronized void open() {
        if (!closed) {
            producer = store.open(partition.partition());
        }
    }

    /**
     * Returns the position up to which the cursors have been written.
     *
     * @throws KafkaException if a write failed: the partition must be taken over anew
     */
    long committablePosition() {
        KafkaException failed = failure;
        if (failed != null) {
            throw failed;
        }
        return committablePosition;
    }

    /** Returns the position up to which the cursors have been written, also after a failure. */
    long lastCommittablePosition() {
        return committablePosition;
    }

    boolean hasFailed() {
        return failure != null;
    }

    void writeIfDue() {
        if (!hasFailed() && nanoTime.getAsLong() - lastWrite >= intervalNanos) {
            write();
        }
    }

    synchronized void write() {
        CursorProducer open = producer;
        if (open == null || closed) {
            return;
        }
        PartitionSnapshot snapshot = partition.snapshot();
        Map<String, Cursors> changed = changed(snapshot.cursors());
        if (!changed.isEmpty()) {
            commit(open, changed);
            written.putAll(changed);
            lastWrite = nanoTime.getAsLong();
        }
        committablePosition = snapshot.position();
    }

    /** Writes the cursors of nodes that have left the fleet, once nothing waits for them any more. */
    synchronized void writeRetired() {
        CursorProducer open = producer;
        Map<String, Cursors> retired = partition.retiredCursors();
        if (open != null && !closed && !hasFailed() && !retired.isEmpty()) {
            commit(open, retired);
            partition.noteRetiredWritten();
        }
    }

    private void commit(CursorProducer open, Map<String, Cursors> cursors) {
        try {
            open.commit(cursors);
        } catch (KafkaException e) {
            // It is unknown whether the cursors were written, or another worker owns the partition.
            failure = e;
            throw e;
        }
    }

    private Map<String, Cursors> changed(Map<String, Cursors> now) {
        Map<String, Cursors> changed = new HashMap<>(now);
        changed.entrySet().removeIf(entry -> {
            Cursors before = written.get(entry.getKey());
            return before != null && before.equalsIgnoringTime(entry.getValue());
        });
        return changed;
    }

    /** Closes the producer, so that it can be opened again. */
    synchronized void closeProducer() {
        CursorProducer open = producer;
        producer = null;
        if (open != null) {
            open.close();
        }
    }

    /** Writes nothing any more. Returns at once; the producer is closed when a write in progress has ended. */
    void close() {
        closed = true;
        Thread.ofVirtual().start(this::closeProducer);
    }
}

package io.freshet.purge.ownership;

import io.freshet.purge.cursor.CursorProducer;
import io.freshet.purge.cursor.CursorStore;
import io.freshet.purge.cursor.Cursors;
import io.freshet.purge.partition.PartitionSnapshot;
import io.freshet.purge.partition.PartitionState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Writes the cursors of one partition to Kafka. The position of the consumer group is committable only as far as the
 * cursors have been written: the next owner finds a node's cursor below that position only if the node is lagging.
 */
final class CursorWriter {

    /** Unchanged cursors are written again before they expire; see {@code offsets.retention.minutes}. */
    private static final Duration REWRITE_INTERVAL = Duration.ofHours(12);

    private final PartitionState partition;
    private final CursorStore store;
    private final Duration interval;
    private final Clock clock;
    private final Map<String, Cursors> written = new HashMap<>();
    private @Nullable CursorProducer producer;
    private Instant lastWrite = Instant.EPOCH;
    private Instant lastFullWrite = Instant.EPOCH;
    private volatile boolean closed;
    private volatile long committablePosition;
    private volatile @Nullable KafkaException failure;

    /**
     * @param start position of the consumer group when the partition was assigned
     * @param interval between two writes
     */
    CursorWriter(PartitionState partition, long start, CursorStore store, Duration interval, Clock clock) {
        this.partition = partition;
        this.committablePosition = start;
        this.store = store;
        this.interval = interval;
        this.clock = clock;
    }

    /** Fences former owners: from now on only this worker can move the partition's cursors. */
    synchronized void open() {
        if (!closed) {
            producer = store.open(partition.partition(), partition.nodes().size());
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
        if (!hasFailed() && Duration.between(lastWrite, clock.instant()).compareTo(interval) >= 0) {
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
            try {
                open.commit(changed);
            } catch (KafkaException e) {
                // It is unknown whether the cursors were written, or another worker owns the partition.
                failure = e;
                throw e;
            }
            written.putAll(changed);
            lastWrite = clock.instant();
        }
        committablePosition = snapshot.position();
    }

    private Map<String, Cursors> changed(Map<String, Cursors> now) {
        if (Duration.between(lastFullWrite, clock.instant()).compareTo(REWRITE_INTERVAL) >= 0) {
            lastFullWrite = clock.instant();
            return now;
        }
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

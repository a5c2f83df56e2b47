package io.freshet.kafka.command;

import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tracker of one partition's unfinished records, so that a commit never passes one of them. Any thread may finish a
 * record.
 */
final class OffsetTracker {

    private static final long UNKNOWN = -1;

    /** Record that is not done. */
    final class OpenRecord {

        private final AtomicInteger held;

        private OpenRecord(int objectsOfRecord) {
            held = new AtomicInteger(objectsOfRecord);
        }

        /** One of its objects no longer counts as in flight. */
        void releaseObject() {
            if (held.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
                objects.decrementAndGet();
            }
        }

        private void release() {
            objects.addAndGet(-held.getAndSet(0));
        }
    }

    private final NavigableMap<Long, OpenRecord> open = new TreeMap<>();
    private final AtomicInteger objects = new AtomicInteger();

    private long next;
    private long committed;
    private long committable;
    private volatile boolean abandoned;

    /**
     * @param position the first offset that will be read
     */
    OffsetTracker(long position) {
        next = position;
        committed = position;
        committable = position;
    }

    synchronized OpenRecord begin(long offset, int objectsOfRecord) {
        OpenRecord record = new OpenRecord(objectsOfRecord);
        open.put(offset, record);
        objects.addAndGet(objectsOfRecord);
        next = offset + 1;
        return record;
    }

    synchronized void done(long offset) {
        OpenRecord record = open.remove(offset);
        if (record != null) {
            record.release();
        }
    }

    /** Returns the objects of open records that have not been released. */
    int inFlight() {
        return objects.get();
    }

    synchronized boolean idle() {
        return open.isEmpty();
    }

    /** The first offset that is not done. */
    synchronized long position() {
        return open.isEmpty() ? next : open.firstKey();
    }

    /** Returns the offset to commit, at most the limit; empty if that was the last {@link #committing}. */
    synchronized OptionalLong toCommit(long limit) {
        return limit == committed ? OptionalLong.empty() : OptionalLong.of(limit);
    }

    synchronized void committing(long offset) {
        committed = offset;
        committable = offset;
    }

    /** Returns the last offset of {@link #committing}, whether the commit succeeded or not, or the first position. */
    synchronized long committable() {
        return committable;
    }

    /** Notes that the last commit failed and must be repeated. */
    synchronized void commitFailed() {
        committed = UNKNOWN;
    }

    /** The partition belongs to another consumer now. */
    void abandon() {
        abandoned = true;
    }

    boolean abandoned() {
        return abandoned;
    }
}

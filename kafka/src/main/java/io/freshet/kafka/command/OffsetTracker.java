package io.freshet.kafka.command;

import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Tracker of one partition's unfinished records, so that a commit never passes one of them. Any thread may finish a
 * record.
 */
final class OffsetTracker {

    private static final long UNKNOWN = -1;

    /** Offset to objects. */
    private final NavigableMap<Long, Integer> open = new TreeMap<>();

    private long next;
    private long committed;
    private int objects;
    private volatile boolean abandoned;

    /**
     * @param position the first offset that will be read
     */
    OffsetTracker(long position) {
        next = position;
        committed = position;
    }

    synchronized void begin(long offset, int objectsOfRecord) {
        open.put(offset, objectsOfRecord);
        objects += objectsOfRecord;
        next = offset + 1;
    }

    synchronized void done(long offset) {
        Integer objectsOfRecord = open.remove(offset);
        if (objectsOfRecord != null) {
            objects -= objectsOfRecord;
        }
    }

    /** Objects of the records that are open. */
    synchronized int inFlight() {
        return objects;
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

package io.freshet.kafka;

import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Which records of one partition are still open, so that a commit never passes one of them. Any thread may say that a record is done. */
final class OffsetTracker {

    private static final long NOTHING = -1;

    /** Offset to objects. */
    private final NavigableMap<Long, Integer> open = new TreeMap<>();

    private long next = NOTHING;
    private long committed = NOTHING;
    private int objects;
    private volatile boolean abandoned;

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

    /** The first offset that is not done, if it has moved since the last {@link #committing}. */
    synchronized OptionalLong toCommit() {
        long first = open.isEmpty() ? next : open.firstKey();
        return first == committed || next == NOTHING ? OptionalLong.empty() : OptionalLong.of(first);
    }

    synchronized void committing(long offset) {
        committed = offset;
    }

    /** What was last sent has not arrived: send again. */
    synchronized void commitFailed() {
        committed = NOTHING;
    }

    /** The partition belongs to somebody else now. */
    void abandon() {
        abandoned = true;
    }

    boolean abandoned() {
        return abandoned;
    }
}

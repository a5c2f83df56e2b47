package io.freshet.purge.partition;

import java.util.NavigableSet;
import java.util.TreeSet;

/** Offsets of one partition that concern all nodes: its beginning, its position, the commands in flight. */
final class PartitionOffsets {

    /** Offsets that were dispatched and are not yet delivered to all nodes that receive new commands. */
    private final NavigableSet<Long> inFlight = new TreeSet<>();

    private String topicId = "";
    private long beginning;
    private long position;
    private long next;

    void open(String ofTopic, long from, long firstOffset) {
        topicId = ofTopic;
        beginning = firstOffset;
        position = Math.max(from, firstOffset);
        next = position;
    }

    String topicId() {
        return topicId;
    }

    /** Returns the first offset that the topic still holds. */
    long beginning() {
        return beginning;
    }

    void advanceBeginning(long offset) {
        beginning = Math.max(beginning, offset);
    }

    /** Returns the offset below which every command has been delivered to all nodes that are not lagging. */
    long position() {
        return position;
    }

    void advancePosition(long offset) {
        position = Math.max(position, offset);
    }

    /** Returns the offset of the next command to dispatch. */
    long next() {
        return next;
    }

    void dispatch(long offset) {
        next = offset + 1;
        inFlight.add(offset);
    }

    void complete(long offset) {
        inFlight.remove(offset);
    }

    /** Returns whether the command at this offset was dispatched and is no longer in flight. */
    boolean isDelivered(long offset) {
        return offset < next && !inFlight.contains(offset);
    }

    /** Returns the lowest offset in flight, or {@link Long#MAX_VALUE} if there is none. */
    long firstInFlight() {
        return inFlight.isEmpty() ? Long.MAX_VALUE : inFlight.first();
    }
}

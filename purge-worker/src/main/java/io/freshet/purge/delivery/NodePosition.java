package io.freshet.purge.delivery;

import io.freshet.purge.cursor.Cursor;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.ObservedRestartToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Where one node stands on one partition. Belongs to its {@link PartitionState}, which guards it. */
final class NodePosition {

    /** Why a node does not get everything at once. */
    record Late(Instant since, String why) {}

    /** Up to where a node had been sent everything, when. */
    private record Mark(Instant at, long offset) {}

    final NodeChannel node;

    /** 0 is the topmost; every node of a lower number is a parent. */
    final int tier;

    /** Up to where it has been sent everything, while it is late; a live node is where the partition is. */
    long applied;

    /** Up to where it has been sent everything a second time where that is needed. */
    long settled;

    /** Null: live, it gets everything at once. */
    @Nullable
    Late late;

    Instant since = Instant.EPOCH;

    /** While it is being caught up, where what it gets at once begins; else null. */
    @Nullable
    Long joinedAt;

    /** What it owes is not in the log any more. */
    boolean lost;

    /** Below it, nothing needs to be sent: the node was flushed. */
    long flushedTo;

    @Nullable
    Instant flushedAt;

    /** When the oldest purge that it owes was accepted. */
    @Nullable
    Instant oldestOwed;

    @Nullable
    ObservedRestartToken start;

    long order = Cursor.NO_ORDER;

    /** The newest commands of which it will not take some objects, though it is usable. */
    final NavigableSet<Long> refused = new TreeSet<>();

    private final Deque<Mark> marks = new ArrayDeque<>();

    NodePosition(NodeChannel node, int tier) {
        this.node = node;
        this.tier = tier;
    }

    String id() {
        return node.node().id();
    }

    boolean isLive() {
        return late == null;
    }

    /** Whether it gets what comes at once. */
    boolean getsAll() {
        return late == null || joinedAt != null;
    }

    /** Notes how far it is, not more often than a twentieth of the delay that will be asked for. */
    void mark(Instant now, long offset, Duration delay) {
        Mark last = marks.peekLast();
        if (last == null || offset > last.offset() && !now.isBefore(last.at().plus(delay.dividedBy(20)))) {
            marks.addLast(new Mark(now, offset));
        }
    }

    /** How far it was at least this long ago; 0 if that is not known. */
    long offsetBefore(Instant moment) {
        long offset = 0;
        while (!marks.isEmpty() && !marks.peekFirst().at().isAfter(moment)) {
            Mark passed = marks.removeFirst();
            offset = passed.offset();
            if (marks.isEmpty() || marks.peekFirst().at().isAfter(moment)) {
                marks.addFirst(passed); // the newest that is old enough stays
                break;
            }
        }
        return offset;
    }

    void forgetMarks() {
        marks.clear();
    }
}

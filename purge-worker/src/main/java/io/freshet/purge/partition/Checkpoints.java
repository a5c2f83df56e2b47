package io.freshet.purge.partition;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Offsets that a node had reached at past times. They tell which first purges are old enough for the second. All times
 * are readings of {@link System#nanoTime}, so that a change of the system's clock does not count.
 */
final class Checkpoints {

    /** More checkpoints within the rebound delay would only cost memory. */
    private static final int PER_DELAY = 20;

    /** Offset up to which the node had received everything at a time. */
    private record Checkpoint(long at, long offset) {

        boolean isAfter(long moment) {
            return at - moment > 0;
        }
    }

    private final Deque<Checkpoint> checkpoints = new ArrayDeque<>();

    /** Records an offset, at most {@value #PER_DELAY} times per rebound delay. */
    void record(long now, long offset, Duration delay) {
        Checkpoint last = checkpoints.peekLast();
        long interval = delay.toNanos() / PER_DELAY;
        if (last == null || offset > last.offset() && now - last.at() >= interval) {
            checkpoints.addLast(new Checkpoint(now, offset));
        }
    }

    /**
     * Returns the offset that was reached at this time, 0 if that is not known. Earlier times cannot be asked later.
     */
    long offsetAt(long moment) {
        long offset = 0;
        while (!checkpoints.isEmpty() && !checkpoints.peekFirst().isAfter(moment)) {
            Checkpoint passed = checkpoints.removeFirst();
            offset = passed.offset();
            if (checkpoints.isEmpty() || checkpoints.peekFirst().isAfter(moment)) {
                checkpoints.addFirst(passed); // the newest that is old enough stays
                break;
            }
        }
        return offset;
    }

    void clear() {
        checkpoints.clear();
    }
}

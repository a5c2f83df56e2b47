package io.freshet.purge.node;

import java.time.Duration;

/**
 * How fast a node answers, over all connections to it, and when they are looked at again. Nodes send answer by answer, and waking up for each
 * costs more than the answer itself (see docs/adr/0014). So the connections are left alone for as long as a part of all that is on its way will
 * take, and then looked at together: one waking up for all, while the node has the rest to do. Times are those of {@link System#nanoTime()}.
 */
final class ReadPacer {

    /** So few answers tell nothing. */
    private static final int TOO_FEW = 4;

    /** A quarter. The rest is for answers that come sooner than expected: a node must not wait for its worker. */
    private static final int PARTS = 4;

    private static final long LONGEST_PAUSE_NANOS = 100_000_000;

    private final long longestPause;
    private int onWay;
    private boolean begun;
    private int answers;
    private long measuredFrom;
    private long nanosForOne;
    private long nextLook;

    /** @param stallAfter of which a pause takes half at most */
    ReadPacer(Duration stallAfter) {
        this.longestPause = Math.min(LONGEST_PAUSE_NANOS, stallAfter.toNanos() / 2);
    }

    /** So many requests go to the node now. If it had none, nothing is known any more of how fast it answers. */
    synchronized void sent(int requests, long now) {
        if (onWay == 0) {
            begun = false;
            answers = 0;
            nanosForOne = 0;
            nextLook = now;
        }
        onWay += requests;
    }

    /** So many of them are answered. The first tell how long the way to the node is, and not how fast it answers. */
    synchronized void answered(int requests, long now) {
        onWay -= requests;
        if (begun) {
            answers += requests;
        } else {
            begun = requests > 0;
            measuredFrom = now;
        }
    }

    /** So many of them are not going to be answered. */
    synchronized void lost(int requests) {
        onWay -= requests;
    }

    /** How long to leave a connection alone, in nanoseconds. */
    synchronized long pause(long now) {
        if (now - nextLook >= 0) {
            measure(now);
            nextLook = now + Math.min(longestPause, nanosForOne * onWay / PARTS);
        }
        return nextLook - now;
    }

    private void measure(long now) {
        if (answers > TOO_FEW && answers >= onWay / (2 * PARTS)) {
            nanosForOne = (now - measuredFrom) / answers;
            answers = 0;
            measuredFrom = now;
        }
    }
}

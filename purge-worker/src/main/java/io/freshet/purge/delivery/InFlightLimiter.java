package io.freshet.purge.delivery;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** For so many purges that may be on their way at once, over all refreshes: it bounds the worker's memory, however many nodes there are. */
final class InFlightLimiter {

    private final int size;
    private final Queue<Turn> waiting = new ArrayDeque<>();
    private int taken;

    /** @param size in purges, at least 1; one object for one node is a purge */
    InFlightLimiter(int size) {
        this.size = size;
    }

    /** Somebody's place in the queue, and then in the room. Whoever has one must {@link #leave}, whether it has come or not. */
    static final class Turn {

        private final int purges;
        private final CountDownLatch come = new CountDownLatch(1);

        private Turn(int purges) {
            this.purges = purges;
        }

        /** Waits this long at most, and as often as one likes; whether it has come. */
        boolean comesWithin(long nanos) throws InterruptedException {
            return come.await(nanos, TimeUnit.NANOSECONDS);
        }

        private boolean hasCome() {
            return come.getCount() == 0;
        }
    }

    /**
     * Queues for room for so many, behind all who have done so before; if they are more than fit, for all of it. Whoever needs none does not
     * wait.
     */
    synchronized Turn queue(int purges) {
        Turn turn = new Turn(Math.min(purges, size));
        if (purges == 0) {
            turn.come.countDown();
        } else {
            waiting.add(turn);
            letIn();
        }
        return turn;
    }

    private void letIn() {
        for (Turn next = waiting.peek(); next != null && taken + next.purges <= size; next = waiting.peek()) {
            waiting.remove();
            taken += next.purges;
            next.come.countDown();
        }
    }

    /** Its purges have ended, or will not be sent. */
    synchronized void leave(Turn turn) {
        if (turn.hasCome()) {
            taken -= turn.purges;
        } else {
            waiting.remove(turn);
        }
        letIn();
    }

    /** Purges that have room now. */
    synchronized int taken() {
        return taken;
    }
}

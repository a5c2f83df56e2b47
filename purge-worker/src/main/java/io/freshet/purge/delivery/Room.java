package io.freshet.purge.delivery;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** For so many purges that may be on their way at once, over all refreshes: it bounds the worker's memory, however many nodes there are. */
final class Room {

    private final int size;
    private final Semaphore free;

    /** @param size in purges, at least 1; one object for one node is a purge */
    Room(int size) {
        this.size = size;
        this.free = new Semaphore(size, true);
    }

    /**
     * Waits its turn until there is room for as many, or all of it is free if they are more than fit.
     *
     * @param nanos how long to wait at most
     * @return whether there is; they must leave then
     */
    boolean take(int purges, long nanos) throws InterruptedException {
        return free.tryAcquire(Math.min(purges, size), nanos, TimeUnit.NANOSECONDS);
    }

    /** As many as were taken together have left. */
    void leave(int purges) {
        free.release(Math.min(purges, size));
    }

    int taken() {
        return size - free.availablePermits();
    }
}

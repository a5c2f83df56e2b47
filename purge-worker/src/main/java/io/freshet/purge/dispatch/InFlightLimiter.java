package io.freshet.purge.dispatch;

import java.util.concurrent.Semaphore;

/**
 * Fair weighted semaphore that bounds the purges in flight over all refreshes, and so the worker's memory. One permit
 * is one object for one node.
 */
public final class InFlightLimiter {

    private final int capacity;
    private final Semaphore permits;

    /** @param capacity in purges, at least 1 */
    public InFlightLimiter(int capacity) {
        this.capacity = capacity;
        this.permits = new Semaphore(capacity, true);
    }

    /**
     * Waits for permits, in the order of the calls. A request larger than the capacity waits for the whole capacity.
     *
     * @param account that the refresh belongs to. All accounts share one queue
     */
    public void acquire(String account, int purges) throws InterruptedException {
        if (purges > 0) { // a fair semaphore would queue even a request for nothing
            permits.acquire(permitsFor(purges));
        }
    }

    /** Returns the permits of one {@link #acquire} of the same account and size. */
    public void release(String account, int purges) {
        permits.release(permitsFor(purges));
    }

    private int permitsFor(int purges) {
        return Math.min(purges, capacity);
    }

    /** Returns the number of permits that are taken now. */
    public int inFlight() {
        return capacity - permits.availablePermits();
    }
}

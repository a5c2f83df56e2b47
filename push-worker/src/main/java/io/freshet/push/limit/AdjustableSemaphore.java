package io.freshet.push.limit;

import java.util.concurrent.Semaphore;

/** Fair semaphore whose number of permits changes. Those that are held beyond a smaller number stay valid. */
final class AdjustableSemaphore extends Semaphore {

    private static final long serialVersionUID = 1;

    private int permits;

    AdjustableSemaphore(int permits) {
        super(permits, true);
        this.permits = permits;
    }

    /**
     * Changes the number of permits.
     *
     * @param count at least 1
     */
    synchronized void resize(int count) {
        if (count > permits) {
            release(count - permits);
        } else if (count < permits) {
            reducePermits(permits - count);
        }
        permits = count;
    }
}

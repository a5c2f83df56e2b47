package io.freshet.push.discover;

import java.util.concurrent.atomic.AtomicLong;

/** Memory that all manifests of a worker share while they are received. */
public final class CaptureMemory {

    private final AtomicLong free;

    /**
     * Creates the memory.
     *
     * @param bytes of all manifests together
     */
    public CaptureMemory(long bytes) {
        this.free = new AtomicLong(bytes);
    }

    /** Takes so many bytes, and returns whether they were free. */
    boolean tryTake(long bytes) {
        if (free.addAndGet(-bytes) >= 0) {
            return true;
        }
        free.addAndGet(bytes);
        return false;
    }

    void giveBack(long bytes) {
        free.addAndGet(bytes);
    }
}

package io.freshet.purge.replay;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Rate limiter of all catch-ups together. Thread-safe. */
public final class RateLimiter {

    private final long nanosEach;
    private final AtomicLong free = new AtomicLong(System.nanoTime());

    public RateLimiter(int perSecond) {
        this.nanosEach = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    /** Waits until everything acquired before has had its time, and takes as much time as this count needs. */
    void acquire(int count) throws InterruptedException {
        long now = System.nanoTime();
        long mine = free.getAndUpdate(next -> (next - now < 0 ? now : next) + count * nanosEach);
        if (mine - now > 0) {
            TimeUnit.NANOSECONDS.sleep(mine - now);
        }
    }
}

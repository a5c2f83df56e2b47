package io.freshet.purge.delivery;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A rate that all who take from it share. */
final class RateLimiter {

    private final long nanosEach;
    private final AtomicLong free = new AtomicLong(System.nanoTime());

    RateLimiter(int perSecond) {
        this.nanosEach = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    /** Waits until so many may be taken: those before must have had their time. */
    void take(int count) throws InterruptedException {
        long now = System.nanoTime();
        long mine = free.getAndUpdate(next -> (next - now < 0 ? now : next) + count * nanosEach);
        if (mine - now > 0) {
            TimeUnit.NANOSECONDS.sleep(mine - now);
        }
    }
}

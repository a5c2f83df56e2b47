package io.freshet.push.fetch;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Deadline of a whole request. Time that the throttle makes it wait does not count. */
final class FetchDeadline implements AutoCloseable {

    private final ScheduledExecutorService timer;
    private final Runnable onExpiry;
    private long expiresAt;
    private Future<?> check;
    private boolean expired;

    FetchDeadline(ScheduledExecutorService timer, Duration total, Runnable onExpiry) {
        this.timer = timer;
        this.onExpiry = onExpiry;
        this.expiresAt = System.nanoTime() + total.toNanos();
        this.check = timer.schedule(this::check, total.toNanos(), TimeUnit.NANOSECONDS);
    }

    synchronized void extend(Duration waited) {
        expiresAt += waited.toNanos();
    }

    synchronized boolean expired() {
        return expired;
    }

    private synchronized void check() {
        long left = expiresAt - System.nanoTime();
        if (left > 0) {
            check = timer.schedule(this::check, left, TimeUnit.NANOSECONDS);
        } else {
            expired = true;
            onExpiry.run();
        }
    }

    @Override
    public synchronized void close() {
        check.cancel(false);
    }
}

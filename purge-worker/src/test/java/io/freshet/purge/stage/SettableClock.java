package io.freshet.purge.stage;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Clock that stands still until a test advances or sets it. */
public final class SettableClock extends Clock {

    private volatile Instant now = Instant.parse("2030-01-01T00:00:00Z");

    /** Overflows soon, as the system's may. */
    private volatile long nanoTime = Long.MAX_VALUE - Duration.ofSeconds(90).toNanos();

    /** Lets time pass. */
    public void advance(Duration by) {
        now = now.plus(by);
        nanoTime += by.toNanos();
    }

    /** Sets the clock ahead, or back by a negative duration, while no time passes. */
    public void set(Duration by) {
        now = now.plus(by);
    }

    /** Returns the monotonic time, which counts only the time that passes. */
    public long nanoTime() {
        return nanoTime;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }
}

package io.freshet.purge.stage;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.LongSupplier;

/** System clock that can be set, and the monotonic time, which does not notice it. */
public final class ClockAhead extends Clock implements LongSupplier {

    private final Clock system = Clock.systemUTC();
    private volatile Duration by = Duration.ZERO;
    private volatile Duration passed = Duration.ZERO;

    /** Sets the clock ahead of the system's, or behind it by a negative duration, while no time passes. */
    public void ahead(Duration wanted) {
        by = wanted;
    }

    /** Lets time pass, by the clock and by the monotonic time. */
    public void pass(Duration time) {
        passed = passed.plus(time);
    }

    @Override
    public Instant instant() {
        return system.instant().plus(by).plus(passed);
    }

    /** Returns the monotonic time. */
    @Override
    public long getAsLong() {
        return System.nanoTime() + passed.toNanos();
    }

    @Override
    public ZoneId getZone() {
        return system.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return system.withZone(zone);
    }
}

package io.freshet.purge.stage;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/** System clock that can be set ahead. */
public final class ClockAhead extends Clock {

    private final Clock system = Clock.systemUTC();
    private volatile Duration by = Duration.ZERO;

    public void ahead(Duration wanted) {
        by = wanted;
    }

    @Override
    public Instant instant() {
        return system.instant().plus(by);
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

package io.freshet.purge.control;

import java.time.Instant;
import java.time.InstantSource;

/**
 * Source of the times of events whose order matters, such as the loss of a node and the flush that ends it, which two
 * workers may date. Each time is later than all that this worker has shown or received, whatever the clocks say: a
 * hybrid logical clock.
 */
public final class EventClock implements InstantSource {

    private final InstantSource clock;
    private Instant last = Instant.MIN;

    public EventClock(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized Instant instant() {
        Instant now = clock.instant();
        last = now.isAfter(last) ? now : last.plusNanos(1);
        return last;
    }

    /** Notes the time of an event that was received: all events of this worker are later from now on. */
    synchronized void observe(Instant time) {
        if (time.isAfter(last)) {
            last = time;
        }
    }
}

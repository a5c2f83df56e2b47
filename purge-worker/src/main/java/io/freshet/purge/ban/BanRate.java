package io.freshet.purge.ban;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Rate of the bans to one node. Varnish compares each object with each ban that the ban lurker has not applied yet,
 * which takes it a minute ({@code ban_lurker_age}). Thread-safe.
 */
public final class BanRate {

    /** The part of a minute's bans that may be sent at once. */
    private static final int BURST_PART = 6;

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final Bucket bucket;
    private final TimeMeter clock;

    /** Times of the bans of the last minute, in nanoseconds. */
    private final Deque<Long> recent = new ArrayDeque<>();

    /** @param perMinute at least 1 */
    public BanRate(int perMinute) {
        this(perMinute, TimeMeter.SYSTEM_NANOTIME);
    }

    BanRate(int perMinute, TimeMeter clock) {
        this.clock = clock;
        this.bucket = Bucket.builder()
                .withCustomTimePrecision(clock)
                .addLimit(limit ->
                        limit.capacity(Math.max(1, perMinute / BURST_PART)).refillGreedy(perMinute, WINDOW))
                .build();
    }

    /** Notes that bans are sent now, and returns the time to wait before any others. */
    public synchronized Duration send(int bans) {
        long now = clock.currentTimeNanos();
        forgetOld(now);
        for (int i = 0; i < bans; i++) {
            recent.addLast(now);
        }
        return bans == 0 ? Duration.ZERO : Duration.ofNanos(bucket.consumeIgnoringRateLimits(bans));
    }

    /** Returns the number of bans that were sent within the last minute. */
    public synchronized int lastMinute() {
        forgetOld(clock.currentTimeNanos());
        return recent.size();
    }

    private void forgetOld(long now) {
        long oldest = now - WINDOW.toNanos();
        while (!recent.isEmpty() && recent.getFirst() - oldest < 0) {
            recent.removeFirst();
        }
    }
}

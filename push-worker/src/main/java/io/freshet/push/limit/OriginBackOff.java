package io.freshet.push.limit;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Room that is given to an origin: fewer requests in flight while it answers slowly or is overloaded, and none for as
 * long as it has asked for with {@code Retry-After}. Times are those of {@link System#nanoTime}.
 */
final class OriginBackOff {

    private final AdaptiveLimit limit;
    private final AdjustableSemaphore requests;
    private final Duration maxPause;
    private final LongSupplier clock;

    private @Nullable String reducedBecause;
    private @Nullable String pausedBecause;
    private long pausedUntil;
    private @Nullable Long lastCut;

    /**
     * Creates a back-off for an origin that is believed to be well.
     *
     * @param requests permits of the requests, as many as the limit's maximum
     * @param maxPause longest pause, whatever the origin asks for
     */
    OriginBackOff(AdaptiveLimit limit, AdjustableSemaphore requests, Duration maxPause, LongSupplier clock) {
        this.limit = limit;
        this.requests = requests;
        this.maxPause = maxPause;
        this.clock = clock;
    }

    /** Returns the time for which no request may begin. */
    synchronized Duration pause() {
        return pausedBecause == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, pausedUntil - clock.getAsLong()));
    }

    /** Returns the reason why requests wait, for people; empty if the origin is not the reason. */
    synchronized Optional<String> reason() {
        Duration pause = pause();
        if (pause.isPositive()) {
            return Optional.of(pausedBecause + ", waits " + (pause.toMillis() + 999) / 1_000 + " s");
        }
        return limit.isReduced()
                ? Optional.of(reducedBecause + ": " + limit.current() + " of " + limit.max() + " requests in flight")
                : Optional.empty();
    }

    /** Notes that the first byte of a response has come. */
    synchronized void answered(long startedAt, int inFlight) {
        long now = clock.getAsLong();
        int before = limit.current();
        limit.answered(now - startedAt, inFlight, now);
        if (limit.current() < before) {
            reducedBecause = "origin answers slowly";
        }
        requests.resize(limit.current());
    }

    /** Notes that no response has come. That is no sign of being well, however fast it was. */
    synchronized void unanswered(long startedAt, int inFlight) {
        if (clock.getAsLong() - startedAt > limit.longLatency()) {
            answered(startedAt, inFlight);
        }
    }

    /**
     * Notes that the origin is overloaded. The requests that were in flight when it said so first are one reason to
     * reduce the limit, not several.
     *
     * @param status of the response
     * @param retryAfter the pause that the origin asks for; null if for none
     */
    synchronized void overloaded(long startedAt, int status, @Nullable Duration retryAfter) {
        long now = clock.getAsLong();
        String why = "origin answered " + status;
        if (lastCut == null || startedAt - lastCut >= 0) {
            lastCut = now;
            limit.overloaded();
            reducedBecause = why;
            requests.resize(limit.current());
        }
        if (retryAfter != null && retryAfter.isPositive()) {
            Duration pause = retryAfter.compareTo(maxPause) < 0 ? retryAfter : maxPause;
            if (pause.compareTo(pause()) > 0) {
                pausedUntil = now + pause.toNanos();
                pausedBecause = why;
            }
        }
    }
}

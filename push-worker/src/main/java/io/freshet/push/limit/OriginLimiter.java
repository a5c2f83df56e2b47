package io.freshet.push.limit;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Limiter of the load on one origin: the operator's limits, and the room that the origin needs. Its semaphores are
 * fair, so the domain's tasks take turns.
 */
public final class OriginLimiter {

    private final OriginLimit limit;
    private final AdjustableSemaphore requests;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<String, Semaphore> shares = new ConcurrentHashMap<>();
    private final RateLimits rates;
    private final OriginBackOff backOff;
    private final TimeMeter clock;

    /**
     * Creates the limiter.
     *
     * @param maxPause longest pause that the origin may ask for
     */
    OriginLimiter(OriginLimit limit, Duration maxPause, TimeMeter clock) {
        this.limit = limit;
        this.clock = clock;
        this.requests = new AdjustableSemaphore(limit.requestsInFlight());
        this.rates =
                new RateLimits(limit.requestsPerSecond(), limit.bytesPerSecond().toBytes(), clock);
        this.backOff = new OriginBackOff(
                new AdaptiveLimit(limit.requestsInFlight()), requests, maxPause, clock::currentTimeNanos);
    }

    int requestsInFlight() {
        return limit.requestsInFlight();
    }

    /** Returns the permits of requests that could begin now. */
    int availableRequests() {
        return requests.availablePermits();
    }

    /**
     * Returns the permits of one node, so that a node that hangs does not take all requests.
     *
     * @param nodes number of nodes of its tier
     */
    Semaphore share(String node, int nodes) {
        return shares.computeIfAbsent(node, _ -> new Semaphore(Math.max(1, limit.requestsInFlight() / nodes), true));
    }

    /** Acquires a permit for a request, which begins with {@link #begin}; it may also be given back. */
    void acquire(Consumer<String> delayed) throws InterruptedException {
        while (true) {
            Duration pause = backOff.pause();
            if (pause.isPositive()) {
                tell(delayed);
                Thread.sleep(pause);
            }
            if (!requests.tryAcquire(0, TimeUnit.SECONDS)) { // unlike tryAcquire() it is fair
                tell(delayed);
                requests.acquire();
            }
            if (!backOff.pause().isPositive()) {
                return;
            }
            requests.release();
        }
    }

    private void tell(Consumer<String> delayed) {
        Optional<String> reason = backOff.reason();
        reason.ifPresent(delayed);
    }

    void giveBack() {
        requests.release();
    }

    /**
     * Begins a request with the permit, once the rate allows it.
     *
     * @return the time of the begin
     */
    long begin() throws InterruptedException {
        rates.request();
        inFlight.incrementAndGet();
        return clock.currentTimeNanos();
    }

    void end() {
        inFlight.decrementAndGet();
        requests.release();
    }

    void answered(long startedAt) {
        backOff.answered(startedAt, inFlight.get());
    }

    void unanswered(long startedAt) {
        backOff.unanswered(startedAt, inFlight.get());
    }

    void overloaded(long startedAt, int status, @Nullable Duration retryAfter) {
        backOff.overloaded(startedAt, status, retryAfter);
    }

    /** Counts bytes that were read, and returns the time to wait before more may be read. */
    Duration debtAfter(int count) {
        return rates.debtAfter(count);
    }
}

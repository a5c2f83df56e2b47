package io.freshet.push.limit;

import io.freshet.contracts.message.PushLimits;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Limits that an account has set for the tasks of one request of a domain. */
public final class RequestLimiter {

    /** Longest sleep, since a request that ends may give bytes back. */
    private static final Duration MAX_SLEEP = Duration.ofMillis(250);

    private final int requestsInFlight;
    private final Semaphore requests;
    private final @Nullable RateLimit requestRate;
    private final @Nullable ByteBudget bytes;
    private final Map<String, Semaphore> shares = new ConcurrentHashMap<>();

    /** Creates the limiter of a request that has begun nothing. */
    public RequestLimiter(PushLimits limits) {
        this(limits, TimeMeter.SYSTEM_NANOTIME);
    }

    RequestLimiter(PushLimits limits, TimeMeter clock) {
        this.requestsInFlight = limits.requestsInFlight() == null ? Integer.MAX_VALUE : limits.requestsInFlight();
        this.requests = new Semaphore(requestsInFlight, true);
        this.requestRate = limits.requestsPerSecond() == null ? null : new RateLimit(limits.requestsPerSecond(), clock);
        this.bytes = limits.bytesPerSecond() == null ? null : new ByteBudget(limits.bytesPerSecond(), clock);
    }

    /** A request that the rates have let begin. */
    record Begun(ByteBudget.@Nullable Reservation bytes) {}

    /** Returns the permits of one node for objects of this request, which keep none of the domain's while they wait. */
    Semaphore share(String node, int nodes, int ofDomain) {
        return shares.computeIfAbsent(
                node, _ -> new Semaphore(Math.max(1, Math.min(requestsInFlight, ofDomain) / nodes), true));
    }

    /** Returns the permits of requests that could begin now. */
    int availableRequests() {
        return requests.availablePermits();
    }

    void acquire() throws InterruptedException {
        requests.acquire();
    }

    void release() {
        requests.release();
    }

    /** Waits until the rates allow a request, unless others begin one meanwhile. */
    void awaitRates() throws InterruptedException {
        for (Duration left = untilNext(); left.isPositive(); left = untilNext()) {
            Thread.sleep(left.compareTo(MAX_SLEEP) < 0 ? left : MAX_SLEEP);
        }
    }

    private Duration untilNext() {
        Duration byRequests = requestRate == null ? Duration.ZERO : requestRate.untilNext();
        Duration byBytes = bytes == null ? Duration.ZERO : bytes.untilNext();
        return byRequests.compareTo(byBytes) > 0 ? byRequests : byBytes;
    }

    /** Begins a request if the rates allow it now; null if they do not. */
    synchronized @Nullable Begun tryBegin() {
        if (untilNext().isPositive() || requestRate != null && !requestRate.tryTake()) {
            return null;
        }
        return new Begun(bytes == null ? null : bytes.tryReserve());
    }
}

package io.freshet.push.limit;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Lets a domain's requests through as its limit allows: first come, first served, so the domain's tasks take turns. */
public final class Turnstile {

    private final Limit limit;
    private final Semaphore requests;
    private final Map<String, Semaphore> shares = new ConcurrentHashMap<>();
    private final @Nullable Bucket bytes;

    Turnstile(Limit limit) {
        this(limit, TimeMeter.SYSTEM_MILLISECONDS);
    }

    /**
     * @param clock by which bytes are paid for
     */
    Turnstile(Limit limit, TimeMeter clock) {
        this.limit = limit;
        this.requests = new Semaphore(limit.inFlight(), true);
        long rate = limit.bytesPerSecond().toBytes();
        this.bytes = rate == 0
                ? null
                : Bucket.builder()
                        .withCustomTimePrecision(clock)
                        .addLimit(second -> second.capacity(rate).refillGreedy(rate, Duration.ofSeconds(1)))
                        .build();
    }

    /** The requests that the origin may have at once. */
    public Semaphore requests() {
        return requests;
    }

    /**
     * What one node may take of the requests, so that a node that hangs does not take them all.
     *
     * @param nodes how many nodes its tier has
     */
    public Semaphore share(String node, int nodes) {
        return shares.computeIfAbsent(node, _ -> new Semaphore(Math.max(1, limit.inFlight() / nodes), true));
    }

    /**
     * Accounts for bytes that were read, and waits until more may be.
     *
     * @return how long it waited
     */
    public Duration taken(int count) throws InterruptedException {
        Duration debt = debtAfter(count);
        Thread.sleep(debt);
        return debt;
    }

    /** How long nothing more may be read after these bytes: what is beyond a second's worth must be paid for first. */
    Duration debtAfter(int count) {
        return bytes == null ? Duration.ZERO : Duration.ofNanos(bytes.consumeIgnoringRateLimits(count));
    }
}

package io.freshet.push.limit;

import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Limits of one task in a tier: those of its request, if it has any, and those of its domain's origin. The tighter ones
 * hold.
 */
public final class TaskLimiter {

    private final OriginLimiter origin;
    private final @Nullable RequestLimiter own;
    private final boolean measuresOrigin;

    /**
     * Creates the limiter.
     *
     * @param own limits of the task's request; null for none
     * @param measuresOrigin whether the nodes ask the origin themselves, so that their latency is the origin's
     */
    public TaskLimiter(OriginLimiter origin, @Nullable RequestLimiter own, boolean measuresOrigin) {
        this.origin = origin;
        this.own = own;
        this.measuresOrigin = measuresOrigin;
    }

    /**
     * Returns the permits of one node for objects in work.
     *
     * @param nodes number of nodes that the task pushes to at the same time
     */
    public Semaphore share(String node, int nodes) {
        return own == null ? origin.share(node, nodes) : own.share(node, nodes, origin.requestsInFlight());
    }

    /**
     * Waits until a request to the origin may begin, and begins it. A request that waits for its own rates keeps no
     * permit of the domain.
     *
     * @param delayed is told what the origin does that makes the request wait
     */
    public OriginRequest begin(Consumer<String> delayed) throws InterruptedException {
        if (own == null) {
            origin.acquire(delayed);
            return started(null, () -> {});
        }
        own.acquire();
        try {
            return started(acquire(own, delayed).bytes(), own::release);
        } catch (InterruptedException | RuntimeException e) {
            own.release();
            throw e;
        }
    }

    private RequestLimiter.Begun acquire(RequestLimiter limiter, Consumer<String> delayed) throws InterruptedException {
        while (true) {
            limiter.awaitRates();
            origin.acquire(delayed);
            RequestLimiter.Begun begun = limiter.tryBegin();
            if (begun != null) {
                return begun;
            }
            origin.giveBack();
        }
    }

    private OriginRequest started(ByteBudget.@Nullable Reservation bytes, Runnable end) throws InterruptedException {
        try {
            return new OriginRequest(origin, measuresOrigin, origin.begin(), bytes, end);
        } catch (InterruptedException e) {
            if (bytes != null) {
                bytes.end();
            }
            origin.giveBack();
            throw e;
        }
    }
}

package io.freshet.gateway.memory;

import io.freshet.gateway.limit.SharedLimit;
import io.freshet.gateway.limit.SharedLimit.Acquisition;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Memory that one request holds. It is released when the response has been written and the request's blocking work has
 * ended, whichever is later. Thread-safe.
 */
public final class RequestMemory {

    /** Bytes of a request beside its body and its response. */
    private static final long OVERHEAD = 4_096;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    /** Key of requests whose account is not known yet; no account has an empty id. */
    private static final String UNKNOWN = "";

    private static final ScopedValue<RequestMemory> CURRENT = ScopedValue.newInstance();
    /** Counts nothing, for work of no request. */
    private static final RequestMemory NONE = none();

    private final SharedLimit bytes;
    private final SharedLimit requests;
    private String account = UNKNOWN;
    private boolean countedAsRequest;
    private long held;
    private int users = 1;

    RequestMemory(SharedLimit bytes, SharedLimit requests) {
        this.bytes = bytes;
        this.requests = requests;
    }

    private static RequestMemory none() {
        RequestMemory none = new RequestMemory(new SharedLimit(0, 0), new SharedLimit(0, 0));
        none.close();
        return none;
    }

    /** Returns the memory of the request of a Reactor context or of this thread's blocking work. */
    public static RequestMemory of(ContextView context) {
        return context.hasKey(RequestMemory.class) ? context.get(RequestMemory.class) : CURRENT.orElse(NONE);
    }

    /** Returns a copy of the context with this memory. */
    public Context putInto(Context context) {
        return context.put(RequestMemory.class, this);
    }

    /** Returns a copy of the context in which nothing is counted. */
    public static Context withoutCount(Context context) {
        return NONE.putInto(context);
    }

    /** Runs work to which this memory is known. */
    public void run(Runnable work) {
        ScopedValue.where(CURRENT, this).run(work);
    }

    /**
     * Charges the request to its account.
     *
     * @throws ProblemException 429 if the account has too many requests or bytes in progress
     */
    public synchronized void chargeTo(String id) {
        if (users == 0) {
            return;
        }
        if (requests.tryAcquire(id, 1) != Acquisition.GRANTED) {
            throw refused(Acquisition.SHARE_EXHAUSTED);
        }
        long moved = held;
        bytes.release(account, moved);
        held = 0;
        account = id;
        countedAsRequest = true;
        add(moved + OVERHEAD);
    }

    /** Returns whether the request's account is known. */
    public synchronized boolean isCharged() {
        return !account.equals(UNKNOWN);
    }

    /**
     * Adds bytes that the request holds until its end.
     *
     * @throws ProblemException 429 if the account's share is exhausted, 503 if the memory is
     */
    public synchronized void add(long count) {
        if (users == 0) {
            return;
        }
        Acquisition outcome = bytes.tryAcquire(account, count);
        if (outcome != Acquisition.GRANTED) {
            throw refused(outcome);
        }
        held += count;
    }

    /** Releases bytes before the end of the request. */
    synchronized void release(long count) {
        if (users > 0) {
            bytes.release(account, count);
            held -= count;
        }
    }

    /** Returns the buffers, whose bytes are added as they arrive. */
    public Flux<DataBuffer> counted(Flux<DataBuffer> buffers) {
        return buffers.map(this::counted);
    }

    /**
     * Returns the buffers, each counted until its reader requests another one in its place. A reader that requests all
     * at once keeps them, so they count until the end of the request.
     */
    Flux<DataBuffer> countedInFlight(Flux<? extends DataBuffer> buffers) {
        Queue<Integer> waiting = new ConcurrentLinkedQueue<>();
        return buffers.<DataBuffer>map(buffer -> {
                    int size = buffer.readableByteCount();
                    DataBuffer counted = counted(buffer);
                    waiting.add(size);
                    return counted;
                })
                .doOnRequest(count -> releaseOldest(waiting, count));
    }

    private void releaseOldest(Queue<Integer> waiting, long count) {
        for (long i = 0; i < count; i++) {
            Integer size = waiting.poll();
            if (size == null) {
                return;
            }
            release(size);
        }
    }

    DataBuffer counted(DataBuffer buffer) {
        try {
            add(buffer.readableByteCount());
            return buffer;
        } catch (ProblemException e) {
            DataBufferUtils.release(buffer);
            throw e;
        }
    }

    /** Excludes the request from the account's limit of requests in progress, since it is an event stream. */
    public synchronized void becomeStream() {
        releaseRequest();
    }

    private void releaseRequest() {
        if (countedAsRequest) {
            countedAsRequest = false;
            requests.release(account, 1);
        }
    }

    /** Adds a user of the memory, which must close it too. */
    public synchronized void retain() {
        if (users > 0) {
            users++;
        }
    }

    /** Removes a user. The last one releases everything. */
    public synchronized void close() {
        if (users > 0 && --users == 0) {
            releaseRequest();
            bytes.release(account, held);
            held = 0;
        }
    }

    private static ProblemException refused(Acquisition outcome) {
        return outcome == Acquisition.SHARE_EXHAUSTED
                ? ProblemException.of(
                                ProblemType.TOO_MUCH_IN_PROGRESS,
                                "The account has too many or too large requests in progress. Retry after some have"
                                        + " been answered.")
                        .retryAfter(RETRY_AFTER)
                : ProblemException.unavailable("Too many requests are being processed. Retry later.", RETRY_AFTER);
    }
}

package io.freshet.gateway.accept;

import io.freshet.gateway.GatewayProperties;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.springframework.boot.http.codec.autoconfigure.HttpCodecsProperties;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Does the blocking part of requests on threads of its own, and no more at once than their bodies have room: a request counts with the bytes it
 * announces, from before its body is read until its work is done, even if its client has gone.
 */
@Component
public class Work {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final byte[] NOTHING = new byte[0];
    /** What the smallest request costs beside its body. */
    private static final long OVERHEAD = 4_096;

    private final ExecutorService workExecutor;
    private final Duration bodyTimeout;
    private final long capacity;
    private final long largestBody;
    private final AtomicLong taken = new AtomicLong();

    Work(
            ExecutorService workExecutor,
            GatewayProperties properties,
            HttpCodecsProperties codecs,
            MeterRegistry meters) {
        this.workExecutor = workExecutor;
        this.bodyTimeout = properties.work().bodyTimeout();
        this.capacity = properties.work().bodies().toBytes();
        this.largestBody = codecs.getMaxInMemorySize() == null
                ? capacity
                : codecs.getMaxInMemorySize().toBytes();
        if (largestBody + OVERHEAD > capacity) {
            throw new IllegalArgumentException("freshet.gateway.work.bodies (" + capacity
                    + " bytes) has no room for spring.http.codecs.max-in-memory-size (" + largestBody + " bytes)");
        }
        Gauge.builder("freshet.work.bodies", taken, AtomicLong::get)
                .baseUnit("bytes")
                .description("Bodies of requests in work")
                .register(meters);
    }

    /**
     * Reads the body and does this with it.
     *
     * @param length of the body as announced in bytes; negative if it is not
     * @param work may block
     * @return what the work answers, or its failure; 503 if too much is in work, 408 if the body is too slow
     */
    public <T> Mono<T> run(long length, Mono<byte[]> body, Function<byte[], T> work) {
        return runCounted(length < 0 ? largestBody : Math.min(length, largestBody), body, work);
    }

    /**
     * The same for a request that is more than its body.
     *
     * @param bytes that the request counts with
     */
    public <T> Mono<T> runCounted(long bytes, Mono<byte[]> body, Function<byte[], T> work) {
        return Mono.defer(() -> {
            long size = OVERHEAD + bytes;
            take(size);
            // Either the work has begun and gives back, or it never will and the subscription does.
            AtomicBoolean begun = new AtomicBoolean();
            return body.timeout(bodyTimeout)
                    .onErrorMap(TimeoutException.class, _ -> tooSlow())
                    .defaultIfEmpty(NOTHING)
                    .flatMap(read -> begun.compareAndSet(false, true)
                            ? Mono.fromFuture(start(read, work, size), true)
                            : Mono.<T>empty())
                    .doFinally(_ -> {
                        if (begun.compareAndSet(false, true)) {
                            taken.addAndGet(-size);
                        }
                    });
        });
    }

    private <T> CompletableFuture<T> start(byte[] bytes, Function<byte[], T> work, long size) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return work.apply(bytes);
                    } finally {
                        taken.addAndGet(-size);
                    }
                },
                workExecutor);
    }

    private void take(long size) {
        if (taken.addAndGet(size) > capacity) {
            taken.addAndGet(-size);
            throw ProblemException.unavailable("too many requests are in work", RETRY_AFTER);
        }
    }

    private ProblemException tooSlow() {
        return ProblemException.of(
                ProblemType.REQUEST_TIMEOUT, "the body did not arrive within " + bodyTimeout.toSeconds() + " s");
    }
}

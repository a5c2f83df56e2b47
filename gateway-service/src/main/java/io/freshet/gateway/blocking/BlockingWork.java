package io.freshet.gateway.blocking;

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
 * Executor of the blocking part of requests on virtual threads, bounded by the bytes of their bodies. A request counts
 * with its announced length, from before its body is read until its work has ended, even if the client has
 * disconnected.
 */
@Component
public class BlockingWork {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final byte[] EMPTY_BODY = new byte[0];
    /** Bytes that every request counts with beside its body. */
    private static final long OVERHEAD = 4_096;

    private final ExecutorService executor;
    private final Duration bodyTimeout;
    private final long capacity;
    private final long largestBody;
    private final AtomicLong bufferedBytes = new AtomicLong();

    BlockingWork(
            ExecutorService blockingExecutor,
            BlockingProperties properties,
            HttpCodecsProperties codecs,
            MeterRegistry meters) {
        this.executor = blockingExecutor;
        this.bodyTimeout = properties.bodyTimeout();
        this.capacity = properties.maxBufferedBytes().toBytes();
        this.largestBody = codecs.getMaxInMemorySize() == null
                ? capacity
                : codecs.getMaxInMemorySize().toBytes();
        if (largestBody + OVERHEAD > capacity) {
            throw new IllegalArgumentException("freshet.gateway.blocking.max-buffered-bytes (" + capacity
                    + " bytes) is less than spring.http.codecs.max-in-memory-size (" + largestBody + " bytes) and "
                    + OVERHEAD + " bytes");
        }
        Gauge.builder("freshet.buffered.body", bufferedBytes, AtomicLong::get)
                .baseUnit("bytes")
                .description("Bodies of requests whose blocking work has not ended")
                .register(meters);
    }

    /**
     * Reads the body, then runs the work on a virtual thread.
     *
     * @param length announced length of the body in bytes; negative if unknown
     * @param work may block
     * @return the work's result or failure; a 503 problem at capacity, a 408 problem if the body is too slow
     */
    public <T> Mono<T> run(long length, Mono<byte[]> body, Function<byte[], T> work) {
        return runCounted(length < 0 ? largestBody : Math.min(length, largestBody), body, work);
    }

    /**
     * Runs work of a request that counts with more bytes than its body.
     *
     * @param bytes bytes that the request counts with
     */
    public <T> Mono<T> runCounted(long bytes, Mono<byte[]> body, Function<byte[], T> work) {
        return Mono.defer(() -> {
            long size = OVERHEAD + bytes;
            reserve(size);
            // Work that has started releases the bytes itself; otherwise the end of the subscription does.
            AtomicBoolean started = new AtomicBoolean();
            return body.timeout(bodyTimeout)
                    .onErrorMap(TimeoutException.class, _ -> tooSlow())
                    .defaultIfEmpty(EMPTY_BODY)
                    .flatMap(read -> started.compareAndSet(false, true)
                            ? Mono.fromFuture(start(read, work, size), true)
                            : Mono.<T>empty())
                    .doFinally(_ -> {
                        if (started.compareAndSet(false, true)) {
                            bufferedBytes.addAndGet(-size);
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
                        bufferedBytes.addAndGet(-size);
                    }
                },
                executor);
    }

    private void reserve(long size) {
        if (bufferedBytes.addAndGet(size) > capacity) {
            bufferedBytes.addAndGet(-size);
            throw ProblemException.unavailable("Too many requests are being processed. Retry later.", RETRY_AFTER);
        }
    }

    private ProblemException tooSlow() {
        return ProblemException.of(
                ProblemType.REQUEST_TIMEOUT, "The body did not arrive within " + bodyTimeout.toSeconds() + " s.");
    }
}

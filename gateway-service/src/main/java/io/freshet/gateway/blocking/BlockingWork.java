package io.freshet.gateway.blocking;

import io.freshet.gateway.connection.ConnectionProperties;
import io.freshet.gateway.memory.RequestMemory;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.ProblemType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Executor of the blocking part of requests on virtual threads, bounded by the memory of their requests. Work holds its
 * request's memory until it has ended, even if the client has disconnected.
 */
@Component
public class BlockingWork {

    private static final byte[] EMPTY_BODY = new byte[0];
    /** Bytes of a body's tree, objects and command, in multiples of its size. */
    private static final long BODY_FACTOR = 3;
    /** Buffers of a streamed body that wait to be read; they are counted as they arrive. */
    private static final int STREAMED_BUFFERS = 16;

    private final ExecutorService executor;
    private final Duration bodyTimeout;

    BlockingWork(ExecutorService blockingExecutor, BlockingProperties properties, ConnectionProperties connections) {
        if (properties.bodyTimeout().compareTo(connections.requestTimeout()) >= 0) {
            throw new IllegalArgumentException("freshet.gateway.blocking.body-timeout (" + properties.bodyTimeout()
                    + ") must be less than freshet.gateway.connections.request-timeout ("
                    + connections.requestTimeout() + "), which closes the connection without an answer");
        }
        this.executor = blockingExecutor;
        this.bodyTimeout = properties.bodyTimeout();
    }

    /**
     * Reads the body, then runs the work on a virtual thread.
     *
     * @param work may block
     * @return the work's result or failure; a 429 or 503 problem if the memory is exhausted, a 408 problem if the body
     *     is too slow
     */
    public <T> Mono<T> run(Mono<byte[]> body, Function<byte[], T> work) {
        return run(0, body, work);
    }

    /**
     * Reads the body, then runs work that holds more than the body.
     *
     * @param bytes bytes that the work holds beside its body
     */
    public <T> Mono<T> run(long bytes, Mono<byte[]> body, Function<byte[], T> work) {
        return Mono.deferContextual(context -> {
            RequestMemory memory = RequestMemory.of(context);
            return body.timeout(bodyTimeout)
                    .onErrorMap(TimeoutException.class, _ -> tooSlow())
                    .defaultIfEmpty(EMPTY_BODY)
                    .flatMap(read -> Mono.fromFuture(start(bytes, read, work, memory), true));
        });
    }

    /**
     * Runs work that reads the body while it arrives. The body is requested as far as the work has read it.
     *
     * @param bytes bytes that the work holds at most
     */
    public <T> Mono<T> stream(long bytes, Flux<DataBuffer> body, Function<InputStream, T> work) {
        return Mono.deferContextual(context -> {
            RequestMemory memory = RequestMemory.of(context);
            memory.add(bytes);
            return Mono.fromFuture(start(() -> readWith(body, work), memory), true);
        });
    }

    private static <T> T readWith(Flux<DataBuffer> body, Function<InputStream, T> work) {
        try (InputStream stream = DataBufferUtils.subscriberInputStream(body, STREAMED_BUFFERS)) {
            return work.apply(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T> CompletableFuture<T> start(long bytes, byte[] body, Function<byte[], T> work, RequestMemory memory) {
        memory.add(bytes + BODY_FACTOR * body.length);
        return start(() -> work.apply(body), memory);
    }

    private <T> CompletableFuture<T> start(Supplier<T> work, RequestMemory memory) {
        CompletableFuture<T> result = new CompletableFuture<>();
        memory.retain();
        executor.execute(() -> {
            try {
                memory.run(() -> complete(result, work));
            } finally {
                memory.close();
            }
        });
        return result;
    }

    private static <T> void complete(CompletableFuture<T> result, Supplier<T> work) {
        try {
            result.complete(work.get());
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }

    private ProblemException tooSlow() {
        return ProblemException.of(
                ProblemType.REQUEST_TIMEOUT, "The body did not arrive within " + bodyTimeout.toSeconds() + " s.");
    }
}

package io.freshet.gateway.memory;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Response whose body is counted. A response of one buffer that does not fit is refused before its status is sent.
 * Event streams are not counted: the streams bound what they buffer.
 */
final class CountedResponse extends ServerHttpResponseDecorator {

    private final RequestMemory memory;

    CountedResponse(ServerHttpResponse response, RequestMemory memory) {
        super(response);
        this.memory = memory;
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
        return super.writeWith(
                body instanceof Mono ? Mono.from(body).map(memory::counted) : countedUntilWritten(Flux.from(body)));
    }

    /** Releases each buffer when the server requests another one in its place. */
    Flux<DataBuffer> countedUntilWritten(Flux<? extends DataBuffer> body) {
        Queue<Integer> waiting = new ConcurrentLinkedQueue<>();
        return body.<DataBuffer>map(buffer -> {
                    int size = buffer.readableByteCount();
                    DataBuffer counted = memory.counted(buffer);
                    waiting.add(size);
                    return counted;
                })
                .doOnRequest(count -> release(waiting, count));
    }

    private void release(Queue<Integer> waiting, long count) {
        for (long i = 0; i < count; i++) {
            Integer size = waiting.poll();
            if (size == null) {
                return;
            }
            memory.release(size);
        }
    }
}

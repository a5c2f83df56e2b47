package io.freshet.gateway.memory;

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
                body instanceof Mono ? Mono.from(body).map(memory::counted) : memory.countedInFlight(Flux.from(body)));
    }
}

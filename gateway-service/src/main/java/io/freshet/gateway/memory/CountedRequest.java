package io.freshet.gateway.memory;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.core.publisher.Flux;

/**
 * Request whose body is counted as it arrives, whatever length is announced. A body that is streamed counts only as far
 * as it has not been read.
 */
final class CountedRequest extends ServerHttpRequestDecorator {

    private final RequestMemory memory;

    CountedRequest(ServerHttpRequest request, RequestMemory memory) {
        super(request);
        this.memory = memory;
    }

    @Override
    public Flux<DataBuffer> getBody() {
        return memory.countedInFlight(super.getBody());
    }
}

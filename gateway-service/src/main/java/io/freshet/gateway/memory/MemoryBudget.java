package io.freshet.gateway.memory;

import io.freshet.gateway.limit.SharedLimit;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.http.codec.autoconfigure.HttpCodecsProperties;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/** Memory of all requests in progress, with a share for each account, so that no account can refuse the others. */
@Component
public class MemoryBudget {

    /** Bytes of a body's buffers, tree, objects and command, in multiples of its size. */
    private static final int LARGEST_BODY_FACTOR = 5;

    private final SharedLimit bytes;
    private final SharedLimit requests;

    MemoryBudget(MemoryProperties properties, HttpCodecsProperties codecs, MeterRegistry meters) {
        requireRoomForLargestBody(properties, codecs);
        this.bytes = new SharedLimit(
                properties.maxBytes().toBytes(), properties.maxBytesPerAccount().toBytes());
        this.requests = new SharedLimit(Long.MAX_VALUE, properties.maxRequestsPerAccount());
        Gauge.builder("freshet.request.memory", bytes, SharedLimit::used)
                .baseUnit("bytes")
                .description("Memory of requests whose work or response has not ended")
                .register(meters);
        Gauge.builder("freshet.requests.in.progress", requests, SharedLimit::used)
                .description("Authenticated requests in progress, not counting event streams")
                .register(meters);
    }

    private static void requireRoomForLargestBody(MemoryProperties properties, HttpCodecsProperties codecs) {
        DataSize largest = codecs.getMaxInMemorySize();
        if (largest != null && properties.maxBytesPerAccount().toBytes() < LARGEST_BODY_FACTOR * largest.toBytes()) {
            throw new IllegalArgumentException("freshet.gateway.memory.max-bytes-per-account ("
                    + properties.maxBytesPerAccount() + ") must be at least " + LARGEST_BODY_FACTOR
                    + " times spring.http.codecs.max-in-memory-size (" + largest
                    + "), or the largest request would never be accepted");
        }
    }

    /** Returns the memory of a new request of an unknown client. It must be closed. */
    public RequestMemory open() {
        return new RequestMemory(bytes, requests);
    }
}

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

    private final DataSize perAccount;
    private final SharedLimit bytes;
    private final SharedLimit requests;

    MemoryBudget(MemoryProperties properties, HttpCodecsProperties codecs, MeterRegistry meters) {
        requireRoomInHeap(properties.maxBytes());
        this.perAccount = properties.maxBytesPerAccount();
        DataSize largestBody = codecs.getMaxInMemorySize();
        if (largestBody != null) {
            requireRoom(LARGEST_BODY_FACTOR, largestBody, "spring.http.codecs.max-in-memory-size");
        }
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

    private static void requireRoomInHeap(DataSize maxBytes) {
        long heap = Runtime.getRuntime().maxMemory();
        if (maxBytes.toBytes() > heap / 2) {
            throw new IllegalArgumentException("freshet.gateway.memory.max-bytes (" + maxBytes
                    + ") must be at most half of the heap, which is "
                    + DataSize.ofBytes(heap).toMegabytes()
                    + "MB. Lower it, or raise -Xmx");
        }
    }

    /**
     * Verifies that an account's share holds the largest request.
     *
     * @param factor memory of the request, in multiples of its size
     * @param setting name of the setting of the largest size
     * @throws IllegalArgumentException if it does not
     */
    public void requireRoom(int factor, DataSize largest, String setting) {
        if (perAccount.toBytes() < factor * largest.toBytes()) {
            throw new IllegalArgumentException("freshet.gateway.memory.max-bytes-per-account (" + perAccount
                    + ") must be at least " + factor + " times " + setting + " (" + largest
                    + "), or the largest request would never be accepted");
        }
    }

    /** Returns the memory of a new request of an unknown client. It must be closed. */
    public RequestMemory open() {
        return new RequestMemory(bytes, requests);
    }
}

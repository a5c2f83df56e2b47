package io.freshet.gateway.memory;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the memory that requests may hold.
 *
 * @param maxBytes Bytes that all requests hold at once: bodies (four times their size while they are processed), and
 *     responses until the client has read them. Further requests get 503. At most half of the heap.
 * @param maxBytesPerAccount Bytes that the requests of one account hold at once; at most max-bytes. Further ones get
 *     429. At least five times spring.http.codecs.max-in-memory-size, nine times aliyun.max-request-size, and twice
 *     batches.buffer-size for each of batches.max-uploads-per-account.
 * @param maxRequestsPerAccount Requests of one account in progress at once, not counting event streams; at least 1.
 *     Further ones get 429.
 */
@ConfigurationProperties("freshet.gateway.memory")
record MemoryProperties(
        @DefaultValue("96MB") DataSize maxBytes,
        @DefaultValue("48MB") DataSize maxBytesPerAccount,
        @DefaultValue("256") int maxRequestsPerAccount) {

    MemoryProperties {
        if (maxBytesPerAccount.compareTo(maxBytes) > 0) {
            throw new IllegalArgumentException("freshet.gateway.memory.max-bytes-per-account (" + maxBytesPerAccount
                    + ") must be at most freshet.gateway.memory.max-bytes (" + maxBytes + ")");
        }
        if (maxRequestsPerAccount < 1) {
            throw new IllegalArgumentException("freshet.gateway.memory.max-requests-per-account must be at least 1");
        }
    }
}

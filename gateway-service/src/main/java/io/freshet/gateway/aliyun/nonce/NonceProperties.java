package io.freshet.gateway.aliyun.nonce;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How nonces are remembered.
 *
 * @param store by whom
 * @param memory how many this gateway remembers at once; each takes about 100 bytes
 */
@ConfigurationProperties("freshet.gateway.aliyun.nonces")
public record NonceProperties(
        @DefaultValue("local") Store store,
        @DefaultValue("200000") int memory) {

    public enum Store {
        /** By this gateway alone. */
        LOCAL,
        /** By all gateways together, in Postgres behind task-service. */
        SHARED
    }

    public NonceProperties {
        if (memory < 1_000) {
            throw new IllegalArgumentException("freshet.gateway.aliyun.nonces.memory is at least 1000");
        }
    }
}

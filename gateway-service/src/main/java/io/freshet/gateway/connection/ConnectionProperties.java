package io.freshet.gateway.connection;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of connections. The timeouts hold for the Aliyun port too, which has limits of its own.
 *
 * @param max Connections of the main port open at once; at least 1. Further ones get 503 and are closed.
 * @param maxPerAddress Connections of the main port from one IPv4 address or IPv6 /64 network; 1 to max. Behind a proxy
 *     all connections have its address.
 * @param requestTimeout Time in which the first request of a connection must begin, each request line with its headers
 *     must arrive, and each body must arrive; then the connection is closed. More than
 *     freshet.gateway.blocking.body-timeout.
 * @param responseTimeout Time in which a client must have read a response, or an event of a stream; then the connection
 *     is closed. At least 1s.
 */
@ConfigurationProperties("freshet.gateway.connections")
public record ConnectionProperties(
        @DefaultValue("2000") int max,
        @DefaultValue("500") int maxPerAddress,
        @DefaultValue("15s") Duration requestTimeout,
        @DefaultValue("60s") Duration responseTimeout) {

    public ConnectionProperties {
        if (maxPerAddress < 1 || maxPerAddress > max) {
            throw new IllegalArgumentException("freshet.gateway.connections.max-per-address (" + maxPerAddress
                    + ") must be between 1 and freshet.gateway.connections.max (" + max + ")");
        }
        if (!requestTimeout.isPositive()) {
            throw new IllegalArgumentException("freshet.gateway.connections.request-timeout must be positive");
        }
        if (responseTimeout.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("freshet.gateway.connections.response-timeout must be at least 1s");
        }
    }
}

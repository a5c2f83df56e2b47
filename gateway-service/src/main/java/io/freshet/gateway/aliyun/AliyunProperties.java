package io.freshet.gateway.aliyun;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the Aliyun-compatible API.
 *
 * @param port Port of the API; 0 for any free port, -1 to disable the API. It is only opened if an account has access
 *     keys.
 * @param maxRequestSize Longest request line and largest form, 4KB to 3MB.
 * @param maxConnections Connections open at once, at least 1. Times max-request-size at most 32MB, since request lines
 *     are buffered before authentication.
 * @param maxConnectionsPerAddress Connections open at once from one IPv4 address or IPv6 /64 network; 1 to
 *     max-connections. Behind a proxy all connections have its address.
 * @param idleTimeout Time after which an idle connection is closed. A positive duration.
 */
@ConfigurationProperties("freshet.gateway.aliyun")
public record AliyunProperties(
        @DefaultValue("8090") int port,
        @DefaultValue("256KB") DataSize maxRequestSize,
        @DefaultValue("100") int maxConnections,
        @DefaultValue("50") int maxConnectionsPerAddress,
        @DefaultValue("75s") Duration idleTimeout) {

    private static final DataSize MAX_REQUEST_SIZE = DataSize.ofMegabytes(3);
    /** Heap for request lines of clients that are not authenticated. */
    private static final DataSize MAX_REQUEST_LINES = DataSize.ofMegabytes(32);

    public AliyunProperties {
        require(
                maxRequestSize.toBytes() >= 4_096 && maxRequestSize.compareTo(MAX_REQUEST_SIZE) <= 0,
                "max-request-size must be between 4KB and " + MAX_REQUEST_SIZE.toMegabytes() + "MB");
        require(maxConnections > 0, "max-connections must be at least 1");
        require(
                maxConnectionsPerAddress > 0 && maxConnectionsPerAddress <= maxConnections,
                "max-connections-per-address must be between 1 and max-connections (" + maxConnections + ")");
        require(
                maxConnections * maxRequestSize.toBytes() <= MAX_REQUEST_LINES.toBytes(),
                "max-connections times max-request-size must be at most " + MAX_REQUEST_LINES.toMegabytes()
                        + "MB, since request lines are buffered before authentication");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("freshet.gateway.aliyun: " + message);
        }
    }
}

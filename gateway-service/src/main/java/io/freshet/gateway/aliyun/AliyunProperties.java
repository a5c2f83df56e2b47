package io.freshet.gateway.aliyun;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The settings of the vendor-compatible API; {@code gateway-service.yml} explains each.
 *
 * @param port where it listens; null for nowhere
 * @param maxRequest the longest request line, and the largest form
 * @param connections open at once
 * @param idleTimeout after which a connection on which nothing is asked is closed
 */
@ConfigurationProperties("freshet.gateway.aliyun")
public record AliyunProperties(
        @Nullable Integer port,
        @DefaultValue("256KB") DataSize maxRequest,
        @DefaultValue("100") int connections,
        @DefaultValue("75s") Duration idleTimeout) {

    private static final DataSize LONGEST = DataSize.ofMegabytes(3);
    /** What request lines may take of the heap before anyone is authenticated. */
    private static final DataSize ALL_LINES = DataSize.ofMegabytes(32);

    public AliyunProperties {
        require(
                maxRequest.toBytes() >= 4_096 && maxRequest.compareTo(LONGEST) <= 0,
                "max-request is between 4KB and " + LONGEST.toMegabytes() + "MB");
        require(connections > 0, "connections is positive");
        require(
                connections * maxRequest.toBytes() <= ALL_LINES.toBytes(),
                "connections times max-request is at most " + ALL_LINES.toMegabytes()
                        + "MB, since request lines are held in memory before anyone is authenticated");
    }

    private static void require(boolean condition, String rule) {
        if (!condition) {
            throw new IllegalArgumentException("freshet.gateway.aliyun: " + rule);
        }
    }
}

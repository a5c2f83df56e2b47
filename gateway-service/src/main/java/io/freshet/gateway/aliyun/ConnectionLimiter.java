package io.freshet.gateway.aliyun;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;

/**
 * Limiter of the open connections, each of which may buffer a request line before authentication. Further ones are
 * closed.
 */
@Component
class ConnectionLimiter {

    private final int maxConnections;
    private final AtomicInteger open = new AtomicInteger();
    private final Counter rejected;

    ConnectionLimiter(AliyunProperties properties, MeterRegistry meters) {
        this.maxConnections = properties.maxConnections();
        this.rejected = Counter.builder("freshet.aliyun.rejected.connections")
                .description("Connections at the Aliyun port closed because too many were open")
                .register(meters);
        Gauge.builder("freshet.aliyun.connections", open, AtomicInteger::get)
                .description("Open connections at the Aliyun port")
                .register(meters);
    }

    void accept(Channel channel) {
        channel.closeFuture().addListener(_ -> open.decrementAndGet());
        if (open.incrementAndGet() > maxConnections) {
            rejected.increment();
            channel.close();
        }
    }
}

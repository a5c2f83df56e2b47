package io.freshet.gateway.aliyun;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;

/** How many connections are open; one too many is closed. Each may hold a request line in memory before anyone is authenticated. */
@Component
class ConnectionLimit {

    private final int most;
    private final AtomicInteger open = new AtomicInteger();
    private final Counter refused;

    ConnectionLimit(AliyunProperties properties, MeterRegistry meters) {
        this.most = properties.connections();
        this.refused = Counter.builder("freshet.aliyun.refused.connections")
                .description("Connections at the vendor's port that were one too many")
                .register(meters);
        Gauge.builder("freshet.aliyun.connections", open, AtomicInteger::get)
                .description("Connections open at the vendor's port")
                .register(meters);
    }

    void count(Channel channel) {
        channel.closeFuture().addListener(_ -> open.decrementAndGet());
        if (open.incrementAndGet() > most) {
            refused.increment();
            channel.close();
        }
    }
}

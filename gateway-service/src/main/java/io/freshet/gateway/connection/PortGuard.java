package io.freshet.gateway.connection;

import io.freshet.gateway.limit.SharedLimit;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.WriteTimeoutHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Guard of one port: limits its connections, closes those that send or read too slowly, and answers what is not HTTP.
 */
public final class PortGuard {

    private final ConnectionLimiter limiter;
    private final ConnectionProperties timeouts;
    private final PortErrors errors;

    /**
     * Creates a guard.
     *
     * @param port name of the port in metrics
     * @param connections limit of connections in total and per address
     */
    public PortGuard(
            String port,
            SharedLimit connections,
            ConnectionProperties timeouts,
            PortErrors errors,
            MeterRegistry meters) {
        this.limiter = new ConnectionLimiter(port, connections, errors, meters);
        this.timeouts = timeouts;
        this.errors = errors;
    }

    /** Returns the server with the guard at each of its connections. */
    public HttpServer addTo(HttpServer server) {
        return server.doOnChannelInit((_, channel, _) -> {
            if (limiter.accept(channel)) {
                addHandlers(channel);
            }
        });
    }

    private void addHandlers(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        add(pipeline, "freshet.request-timeout", new RequestTimeoutHandler(timeouts.requestTimeout()));
        add(pipeline, "freshet.response-timeout", writeTimeout(timeouts.responseTimeout()));
        add(pipeline, "freshet.decoder-errors", new DecoderErrorHandler(errors));
    }

    private static ChannelHandler writeTimeout(Duration timeout) {
        return new WriteTimeoutHandler(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void add(ChannelPipeline pipeline, String name, ChannelHandler handler) {
        pipeline.addBefore(NettyPipeline.HttpTrafficHandler, name, handler);
    }
}

package io.freshet.gateway.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.freshet.gateway.limit.SharedLimit;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslHandler;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** Limiter of the open connections of a port, in total and per remote address. */
final class ConnectionLimiter {

    private static final int IPV6_NETWORK_BYTES = 8;

    private final SharedLimit open;
    private final byte[] refusal;
    private final Counter rejected;

    ConnectionLimiter(String port, SharedLimit open, PortErrors errors, MeterRegistry meters) {
        this.open = open;
        this.refusal = refusal(errors);
        this.rejected = Counter.builder("freshet.rejected.connections")
                .tag("port", port)
                .description("Connections closed because too many were open, in total or from their address")
                .register(meters);
        Gauge.builder("freshet.connections", open, SharedLimit::used)
                .tag("port", port)
                .description("Open connections")
                .register(meters);
    }

    /** Returns whether the connection may be served; otherwise it is answered and closed. */
    boolean accept(Channel channel) {
        if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
            // The client has disconnected.
            channel.close();
            return false;
        }
        String key = key(remote.getAddress());
        if (open.tryAcquire(key, 1) != SharedLimit.Acquisition.GRANTED) {
            rejected.increment();
            refuse(channel);
            return false;
        }
        channel.closeFuture().addListener(_ -> open.release(key, 1));
        return true;
    }

    /** Returns the address, or its network where clients choose addresses at will. */
    static String key(InetAddress address) {
        return address instanceof Inet6Address
                ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), IPV6_NETWORK_BYTES))
                : address.getHostAddress();
    }

    /** Answers without reading anything. A TLS handshake would cost more than the refusal saves. */
    private void refuse(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(SslHandler.class) != null || pipeline.get(AbstractSniHandler.class) != null) {
            channel.close();
        } else {
            pipeline.firstContext()
                    .writeAndFlush(Unpooled.wrappedBuffer(refusal))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static byte[] refusal(PortErrors errors) {
        byte[] body = errors.body().apply(503);
        byte[] head = ("HTTP/1.1 503 Service Unavailable\r\nContent-Type: " + errors.mediaType()
                        + "\r\nContent-Length: " + body.length
                        + "\r\nRetry-After: 5\r\nConnection: close\r\n\r\n")
                .getBytes(US_ASCII);
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }
}

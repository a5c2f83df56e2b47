package io.freshet.gateway.connection;

import io.netty.channel.ChannelHandlerContext;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.netty.Connection;
import reactor.netty.NettyInbound;

/** A body that may take longer than the timeout of requests, as long as it arrives fast enough. */
public final class StreamedBody {

    private StreamedBody() {}

    /**
     * Replaces the timeout of the request's body by a lowest rate.
     *
     * @param minBytes bytes that must arrive within each {@code freshet.gateway.connections.request-timeout}; else the
     *     connection is closed
     */
    public static void allow(ServerHttpRequest request, long minBytes) {
        if (ServerHttpRequestDecorator.getNativeRequest(request) instanceof NettyInbound inbound) {
            inbound.withConnection(connection -> allow(connection, minBytes));
        }
    }

    private static void allow(Connection connection, long minBytes) {
        ChannelHandlerContext context = connection.channel().pipeline().context(RequestTimeoutHandler.class);
        if (context != null) {
            context.executor().execute(() -> ((RequestTimeoutHandler) context.handler()).stream(context, minBytes));
        }
    }
}

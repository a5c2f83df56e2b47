package io.freshet.gateway.problem;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Netty answers what it cannot decode by itself (a request line or headers that are too long, or no HTTP at all), with an empty body, and
 * closes the connection. This gives the answer a body, and the client the time to read it: who is still sending when the connection is closed
 * sees a reset instead.
 */
public final class BareRefusals extends ChannelOutboundHandlerAdapter {

    private static final int SECONDS_TO_READ = 2;

    private final String mediaType;
    private final IntFunction<byte[]> body;
    private boolean refused;

    private BareRefusals(String mediaType, IntFunction<byte[]> body) {
        this.mediaType = mediaType;
        this.body = body;
    }

    /**
     * @param body for a status
     */
    public static HttpServer explained(HttpServer server, String mediaType, IntFunction<byte[]> body) {
        return server.doOnChannelInit((_, channel, _) -> channel.pipeline()
                .addBefore(NettyPipeline.HttpTrafficHandler, "freshet.refusals", new BareRefusals(mediaType, body)));
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof FullHttpResponse response && isBareRefusal(response)) {
            refused = true;
            context.write(withBody(response), promise);
        } else {
            context.write(message, promise);
        }
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (refused && context.channel().isActive()) {
            context.executor().schedule(() -> context.close(promise), SECONDS_TO_READ, TimeUnit.SECONDS);
        } else {
            context.close(promise);
        }
    }

    private static boolean isBareRefusal(FullHttpResponse response) {
        return !response.content().isReadable()
                && !response.headers().contains(HttpHeaderNames.CONTENT_TYPE)
                && switch (response.status().code()) {
                    case 400, 413, 414, 431 -> true;
                    default -> false;
                };
    }

    private FullHttpResponse withBody(FullHttpResponse bare) {
        byte[] json = body.apply(bare.status().code());
        FullHttpResponse response = new DefaultFullHttpResponse(
                bare.protocolVersion(),
                bare.status(),
                Unpooled.wrappedBuffer(json),
                bare.headers().copy(),
                bare.trailingHeaders().copy());
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, mediaType);
        response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, json.length);
        bare.release();
        return response;
    }
}

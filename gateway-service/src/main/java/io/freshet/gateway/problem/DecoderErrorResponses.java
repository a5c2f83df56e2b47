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
 * Channel handler that adds a body to Netty's own responses to requests that it cannot decode, and delays the close of
 * the connection: a client that is still sending would see a reset instead of the response.
 */
public final class DecoderErrorResponses extends ChannelOutboundHandlerAdapter {

    private static final int CLOSE_DELAY_SECONDS = 2;

    private final String mediaType;
    private final IntFunction<byte[]> body;
    private boolean failed;

    private DecoderErrorResponses(String mediaType, IntFunction<byte[]> body) {
        this.mediaType = mediaType;
        this.body = body;
    }

    /**
     * Returns the server with bodies in such responses.
     *
     * @param body the body for a status
     */
    public static HttpServer addTo(HttpServer server, String mediaType, IntFunction<byte[]> body) {
        return server.doOnChannelInit((_, channel, _) -> channel.pipeline()
                .addBefore(
                        NettyPipeline.HttpTrafficHandler,
                        "freshet.decoder-errors",
                        new DecoderErrorResponses(mediaType, body)));
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof FullHttpResponse response && isDecoderError(response)) {
            failed = true;
            context.write(withBody(response), promise);
        } else {
            context.write(message, promise);
        }
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (failed && context.channel().isActive()) {
            context.executor().schedule(() -> context.close(promise), CLOSE_DELAY_SECONDS, TimeUnit.SECONDS);
        } else {
            context.close(promise);
        }
    }

    private static boolean isDecoderError(FullHttpResponse response) {
        return !response.content().isReadable()
                && !response.headers().contains(HttpHeaderNames.CONTENT_TYPE)
                && switch (response.status().code()) {
                    case 400, 413, 414, 431 -> true;
                    default -> false;
                };
    }

    private FullHttpResponse withBody(FullHttpResponse empty) {
        byte[] json = body.apply(empty.status().code());
        FullHttpResponse response = new DefaultFullHttpResponse(
                empty.protocolVersion(),
                empty.status(),
                Unpooled.wrappedBuffer(json),
                empty.headers().copy(),
                empty.trailingHeaders().copy());
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, mediaType);
        response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, json.length);
        empty.release();
        return response;
    }
}

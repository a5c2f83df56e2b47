package io.freshet.gateway.problem;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Netty answers what it cannot decode by itself (a request line or headers that are too long, or no HTTP at all), with an empty body. This makes
 * these answers problems too.
 */
@Component
class UndecodableRequests implements NettyServerCustomizer {

    @Override
    public HttpServer apply(HttpServer server) {
        return server.doOnChannelInit((_, channel, _) ->
                channel.pipeline().addBefore(NettyPipeline.HttpTrafficHandler, "freshet.problems", new Answers()));
    }

    @ChannelHandler.Sharable
    private static final class Answers extends ChannelOutboundHandlerAdapter {

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            context.write(
                    message instanceof FullHttpResponse response && isBareRefusal(response)
                            ? withProblem(response)
                            : message,
                    promise);
        }

        private static boolean isBareRefusal(FullHttpResponse response) {
            return !response.content().isReadable()
                    && !response.headers().contains(HttpHeaderNames.CONTENT_TYPE)
                    && switch (response.status().code()) {
                        case 400, 413, 414, 431 -> true;
                        default -> false;
                    };
        }

        private static FullHttpResponse withProblem(FullHttpResponse bare) {
            ProblemType type = ProblemType.ofStatus(bare.status().code());
            byte[] json = Problem.of(type, "the connection's HTTP decoder refused the request")
                    .toJson();
            FullHttpResponse response = new DefaultFullHttpResponse(
                    bare.protocolVersion(),
                    bare.status(),
                    Unpooled.wrappedBuffer(json),
                    bare.headers().copy(),
                    bare.trailingHeaders().copy());
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE.toString());
            response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, json.length);
            bare.release();
            return response;
        }
    }
}

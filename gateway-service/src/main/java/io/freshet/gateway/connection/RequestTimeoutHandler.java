package io.freshet.gateway.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Channel handler that closes a connection whose first request does not begin, or whose request does not arrive, within
 * a time. Slow senders cannot extend it by sending a byte now and then. It is placed behind the HTTP codec.
 *
 * <p>A streamed body may take longer, but must bring a number of bytes within each such time. Time in which the gateway
 * itself does not read is not counted.
 */
final class RequestTimeoutHandler extends ChannelInboundHandlerAdapter {

    private final Duration timeout;
    private @Nullable Future<?> deadline;
    /** Whether what was read since the last read ended a part of a request. */
    private boolean decoded;
    /** Bytes that a streamed body must bring within the timeout; 0 if the body is not streamed. */
    private long minBytes;
    /** Bytes of the body since the deadline was set. */
    private long received;

    RequestTimeoutHandler(Duration timeout) {
        this.timeout = timeout;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        start(context);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stop();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        decoded = true;
        if (message instanceof LastHttpContent) {
            stop();
            minBytes = 0;
        } else if (message instanceof HttpContent content) {
            received += content.content().readableBytes();
        } else if (message instanceof HttpRequest) {
            start(context);
        }
        context.fireChannelRead(message);
    }

    /** Sees bytes that the codec keeps, since they are not yet a whole request line with headers. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!decoded && deadline == null) {
            start(context);
        }
        decoded = false;
        context.fireChannelReadComplete();
    }

    /** Allows the body of the current request any time, if it brings so many bytes within each timeout. */
    void stream(ChannelHandlerContext context, long bytes) {
        if (deadline != null) {
            minBytes = bytes;
            start(context);
        }
    }

    private void start(ChannelHandlerContext context) {
        stop();
        received = 0;
        deadline = context.executor().schedule(() -> expire(context), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void expire(ChannelHandlerContext context) {
        if (minBytes > 0 && (received >= minBytes || !context.channel().config().isAutoRead())) {
            start(context);
        } else {
            context.close();
        }
    }

    private void stop() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}

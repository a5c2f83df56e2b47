package io.freshet.gateway.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Channel handler that closes a connection whose first request does not begin, or whose request does not arrive, within
 * a time. Slow senders cannot extend it by sending a byte now and then. It is placed behind the HTTP codec.
 */
final class RequestTimeoutHandler extends ChannelInboundHandlerAdapter {

    private final Duration timeout;
    private @Nullable Future<?> deadline;
    /** Whether what was read since the last read ended a part of a request. */
    private boolean decoded;

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

    private void start(ChannelHandlerContext context) {
        stop();
        deadline = context.executor().schedule(() -> context.close(), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void stop() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}

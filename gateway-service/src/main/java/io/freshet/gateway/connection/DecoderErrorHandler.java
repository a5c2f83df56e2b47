package io.freshet.gateway.connection;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;

/**
 * Channel handler that answers requests that the HTTP decoder refuses, after the responses to earlier requests of the
 * connection, and closes the connection. Reactor Netty does not see these requests: on a kept connection it sometimes
 * leaves them unanswered.
 */
final class DecoderErrorHandler extends ChannelDuplexHandler {

    /** A client that is still sending would see a reset instead of the response. */
    private static final int CLOSE_DELAY_SECONDS = 2;

    private final PortErrors errors;
    /** Requests that have been read and whose response has not ended. */
    private int unanswered;
    /** Whether the response to the oldest of them has begun. */
    private boolean responding;

    private State state = State.OPEN;
    private HttpResponseStatus status = HttpResponseStatus.BAD_REQUEST;

    private enum State {
        OPEN,
        /** A request was refused; earlier ones are answered first. Nothing more is read. */
        REFUSED,
        /** The refusal has been written. Nothing more is written. */
        ANSWERED
    }

    DecoderErrorHandler(PortErrors errors) {
        this.errors = errors;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (state != State.OPEN) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpObject object
                && object.decoderResult().isFailure()) {
            boolean partOfEarlierRequest = !(message instanceof HttpRequest);
            status = status(object.decoderResult());
            ReferenceCountUtil.release(message);
            refuse(context, partOfEarlierRequest);
        } else {
            if (message instanceof HttpRequest) {
                unanswered++;
            }
            context.fireChannelRead(message);
        }
    }

    private void refuse(ChannelHandlerContext context, boolean partOfEarlierRequest) {
        state = State.REFUSED;
        if (unanswered == 0 || partOfEarlierRequest && unanswered == 1 && !responding) {
            answer(context);
        } else if (partOfEarlierRequest) {
            context.close();
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (state == State.ANSWERED) {
            ReferenceCountUtil.release(message);
            promise.tryFailure(new ClosedChannelException());
            return;
        }
        boolean informational = message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        context.write(message, promise);
        if (!informational) {
            responding = true;
            if (message instanceof LastHttpContent) {
                responseEnded(context);
            }
        }
    }

    private void responseEnded(ChannelHandlerContext context) {
        responding = false;
        unanswered--;
        if (state == State.REFUSED && unanswered == 0) {
            answer(context);
        }
    }

    private void answer(ChannelHandlerContext context) {
        state = State.ANSWERED;
        context.writeAndFlush(response())
                .addListener(
                        _ -> context.executor().schedule(() -> context.close(), CLOSE_DELAY_SECONDS, TimeUnit.SECONDS));
    }

    /** Leaves the close to the delay if a refusal has been written. */
    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (state == State.ANSWERED && context.channel().isActive()) {
            context.channel().closeFuture().addListener(_ -> promise.trySuccess());
        } else {
            context.close(promise);
        }
    }

    private static HttpResponseStatus status(DecoderResult result) {
        return switch (result.cause()) {
            case TooLongHttpLineException _ -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
            case TooLongHttpHeaderException _ -> HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
            default -> HttpResponseStatus.BAD_REQUEST;
        };
    }

    private FullHttpResponse response() {
        byte[] body = errors.body().apply(status.code());
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, errors.mediaType())
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return response;
    }
}

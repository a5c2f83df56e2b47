package io.freshet.push.http;

import io.freshet.push.http.ExchangeTimeoutException.Limit;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connection whose reads and writes are limited in time. One thread at a time uses it; another thread checks the
 * limits, which costs less than a timer for each request.
 */
final class HttpConnection implements Closeable {

    private static final long RECENT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final URI server;
    private final Transport transport;
    private final long maxIdleNanos;
    /** Times are those of {@link System#nanoTime}. */
    private volatile long deadline;

    private volatile long lastUsed = System.nanoTime();
    private volatile boolean blocked;
    private volatile @Nullable Limit exceeded;
    private volatile boolean closed;

    HttpConnection(URI server, Transport transport, Duration maxIdle) {
        this.server = server;
        this.transport = transport;
        this.maxIdleNanos = maxIdle.toNanos();
    }

    URI server() {
        return server;
    }

    void setDeadline(long nanoTime) {
        deadline = nanoTime;
    }

    long deadline() {
        return deadline;
    }

    /**
     * Reads once, which blocks until there are bytes.
     *
     * @return number of bytes; -1 at the end of the stream
     * @throws ExchangeTimeoutException if a limit of time was exceeded
     */
    int read(ByteBuffer target) throws IOException {
        begin();
        try {
            int count = transport.read(target);
            if (count < 0) {
                throwIfExceeded();
            }
            return count;
        } catch (IOException e) {
            throwIfExceeded();
            throw e;
        } finally {
            blocked = false;
        }
    }

    /**
     * Writes all bytes.
     *
     * @throws ExchangeTimeoutException if a limit of time was exceeded
     */
    void write(byte[] bytes) throws IOException {
        begin();
        try {
            transport.write(bytes);
        } catch (IOException e) {
            throwIfExceeded();
            throw e;
        } finally {
            blocked = false;
        }
    }

    private void begin() {
        lastUsed = System.nanoTime();
        blocked = true;
    }

    private void throwIfExceeded() throws ExchangeTimeoutException {
        Limit limit = exceeded;
        if (limit != null) {
            throw new ExchangeTimeoutException(limit);
        }
    }

    /** Closes the connection if its user has been blocked for too long. Time between reads does not count. */
    void checkLimits(long now) {
        if (!blocked) {
            return;
        }
        if (now - deadline > 0) {
            expire(Limit.TOTAL);
        } else if (now - lastUsed > maxIdleNanos) {
            expire(Limit.IDLE);
        }
    }

    private void expire(Limit limit) {
        exceeded = limit;
        close();
    }

    /** Returns whether the connection was last used before this time. */
    boolean isUnusedSince(long nanoTime) {
        return lastUsed - nanoTime < 0;
    }

    /**
     * Returns whether the next request may use the connection, as far as is known. One that was used just now is not
     * asked, which costs a system call: if the server has closed it, the request is sent again on another one.
     */
    boolean isReusable() {
        try {
            return !closed && (System.nanoTime() - lastUsed < RECENT_NANOS || !transport.hasUnreadBytes());
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            transport.close();
        } catch (IOException e) {
            // closed all the same
        }
    }
}

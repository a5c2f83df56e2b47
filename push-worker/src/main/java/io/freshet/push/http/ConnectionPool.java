package io.freshet.push.http;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Open connections: those in use, whose limits of time it checks, and kept ones that wait for the next request. */
final class ConnectionPool implements AutoCloseable {

    private static final long CHECK_MILLIS = 100;

    /** Caches close idle connections after some seconds. */
    private static final long MAX_KEPT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Duration connectTimeout;
    private final Duration maxIdle;
    private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();
    /** Never evicted: there are as many servers as nodes. */
    private final Map<URI, Deque<HttpConnection>> kept = new ConcurrentHashMap<>();

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("push-connections").daemon().factory());

    /**
     * Creates an empty pool.
     *
     * @param maxIdle limit of a connection in use without a byte from the server
     */
    ConnectionPool(Duration connectTimeout, Duration maxIdle) {
        this.connectTimeout = connectTimeout;
        this.maxIdle = maxIdle;
        timer.scheduleWithFixedDelay(this::check, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Returns the kept connection that was used last, or null if there is none. The server may have closed it. */
    @Nullable
    HttpConnection takeKept(URI server) {
        Deque<HttpConnection> connections = kept(server);
        for (HttpConnection next = connections.poll(); next != null; next = connections.poll()) {
            if (next.isReusable()) {
                return next;
            }
            close(next);
        }
        return null;
    }

    HttpConnection connect(URI server) throws IOException {
        HttpConnection connection = new HttpConnection(server, Transport.connect(server, connectTimeout), maxIdle);
        open.add(connection);
        return connection;
    }

    /**
     * Ends the use of a connection.
     *
     * @param keep for the next request to the server
     */
    void release(HttpConnection connection, boolean keep) {
        if (keep) {
            kept(connection.server()).push(connection);
        } else {
            close(connection);
        }
    }

    private void close(HttpConnection connection) {
        connection.close();
        open.remove(connection);
    }

    private Deque<HttpConnection> kept(URI server) {
        return kept.computeIfAbsent(server, _ -> new ConcurrentLinkedDeque<>());
    }

    private void check() {
        long now = System.nanoTime();
        open.forEach(connection -> connection.checkLimits(now));
        kept.values().forEach(connections -> evict(connections, now - MAX_KEPT_NANOS));
    }

    private void evict(Deque<HttpConnection> connections, long unusedSince) {
        for (HttpConnection connection : connections) {
            if (connection.isUnusedSince(unusedSince) && connections.remove(connection)) {
                close(connection);
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        open.forEach(this::close);
    }
}

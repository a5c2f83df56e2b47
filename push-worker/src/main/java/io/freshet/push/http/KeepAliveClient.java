package io.freshet.push.http;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * HTTP/1.1 client with kept-alive connections. It blocks, for virtual threads; an interrupt closes the connection. See
 * docs/adr/0048.
 */
public final class KeepAliveClient implements AutoCloseable {

    private final ConnectionPool connections;
    private final long maxTotalNanos;
    /** As many as there were exchanges at a time; idle connections have none. */
    private final Deque<ResponseReader> readers = new ConcurrentLinkedDeque<>();

    /**
     * Creates a client without connections.
     *
     * @param connect limit for connecting
     * @param idle limit without a byte from the server
     * @param total limit for an exchange after it was connected
     */
    public KeepAliveClient(Duration connect, Duration idle, Duration total) {
        this.connections = new ConnectionPool(connect, idle);
        this.maxTotalNanos = total.toNanos();
    }

    /**
     * Sends a request and reads the response up to its body. If the server has closed a kept connection meanwhile, the
     * request is sent again on a new one.
     *
     * @param server {@code http} or {@code https}, host and port
     * @param request encoded, without a body, and safe to repeat
     * @return the exchange, which the caller closes
     * @throws ConnectTimeoutException if no connection was made in time
     * @throws ExchangeTimeoutException if another limit of time was exceeded
     * @throws ProtocolException if the response is not valid HTTP
     * @throws IOException if the connection cannot be made or breaks, or the thread is interrupted
     */
    public Exchange send(URI server, byte[] request) throws IOException {
        HttpConnection kept = connections.takeKept(server);
        if (kept != null) {
            Exchange exchange = exchange(kept);
            try {
                return send(exchange, request);
            } catch (IOException e) {
                if (exchange.hasReceived() || e instanceof ExchangeTimeoutException || isInterrupted()) {
                    throw e;
                }
            }
        }
        return send(exchange(connections.connect(server)), request);
    }

    private Exchange send(Exchange exchange, byte[] request) throws IOException {
        try {
            exchange.send(request, System.nanoTime() + maxTotalNanos);
            return exchange;
        } catch (IOException | RuntimeException e) {
            exchange.close();
            throw e;
        }
    }

    private static boolean isInterrupted() {
        return Thread.currentThread().isInterrupted();
    }

    private Exchange exchange(HttpConnection connection) {
        ResponseReader reader = readers.poll();
        return new Exchange(this, connection, reader != null ? reader : new ResponseReader());
    }

    void release(HttpConnection connection, ResponseReader reader, boolean keep) {
        readers.push(reader);
        connections.release(connection, keep);
    }

    @Override
    public void close() {
        connections.close();
    }
}

package io.freshet.purge.http;

import static java.util.Objects.requireNonNull;

import java.io.Closeable;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 connection that pipelines requests (RFC 9112, 9.3.2). It is opened when first needed, and again after it has
 * ended. Outstanding requests are one bounded queue in the order of sending, so that no response can meet another's
 * request and no write waits for the server. Requests must be safe to repeat. For one thread, except {@link #abort}.
 */
public final class PipelinedHttpConnection implements Closeable {

    /** Limit for the total size of the requests that an exchange starts with, unless it is a single one. */
    public static final int MAX_BYTES = RequestWindow.MAX_BYTES;

    /** Number of outstanding responses up to which each is read as it comes. */
    private static final int TOO_FEW_TO_PAUSE = 4;

    private static final long MIN_PAUSE_NANOS = 50_000;

    private final HttpEndpoint server;
    private final Collection<String> capturedHeaders;
    private final int connectTimeoutMillis;
    private final long responseTimeoutNanos;
    private final long stallTimeoutNanos;
    private final ConnectionPacer pacer;
    private final RequestWindow window;
    private volatile @Nullable Socket socket;
    private volatile boolean aborted;
    private @Nullable HttpResponseReader reader;
    private long responses;
    private boolean stalled;
    private long waitingFor;
    private long waitingSince;
    private boolean moreToRead;

    /**
     * @param capturedHeaders names of the headers that {@link ResponseHead#headers} holds, in lower case
     * @param pacer shared by all connections to the server
     */
    public PipelinedHttpConnection(
            HttpEndpoint server, Collection<String> capturedHeaders, PipelineLimits limits, ReadPacer pacer) {
        this.server = server;
        this.capturedHeaders = capturedHeaders;
        this.connectTimeoutMillis = Math.toIntExact(limits.connectTimeout().toMillis());
        this.responseTimeoutNanos = limits.responseTimeout().toNanos();
        this.stallTimeoutNanos = Math.min(limits.stallTimeout().toNanos(), responseTimeoutNanos);
        this.pacer = new ConnectionPacer(pacer);
        this.window = new RequestWindow(limits.maxRequests());
    }

    /**
     * Sends one request and returns its response.
     *
     * @throws IOException as {@link #exchange}
     */
    public ResponseHead send(byte[] request) throws IOException {
        SingleResponse single = new SingleResponse();
        exchange(List.of(request), single);
        return single.response();
    }

    /**
     * Sends requests and returns their responses, in order.
     *
     * @throws IOException as {@link #exchange}
     */
    public List<ResponseHead> sendAll(List<byte[]> requests) throws IOException {
        if (requests.isEmpty()) {
            return List.of();
        }
        ResponseList responses = new ResponseList(requests);
        exchange(responses.nextRequests(1, MAX_BYTES), responses);
        return responses.received;
    }

    /**
     * Sends requests and those that follow them until all have a response and no more follow. If a connection that was
     * kept from before ends, or one that has brought a response, outstanding requests are sent again on a new one:
     * servers close connections at will.
     *
     * @param first within the limits that {@link PipelineHandler#nextRequests} would be given; or one of any size
     * @throws IOException if the server cannot be reached, ends a new connection without a response, exceeds the
     *     response timeout, or does not speak HTTP; the failure concerns the oldest request without a response
     */
    public void exchange(List<byte[]> first, PipelineHandler handler) throws IOException {
        stalled = false;
        window.clear();
        window.add(first);
        while (!window.isEmpty()) {
            boolean isReused = isStillOpen();
            long before = responses;
            try {
                exchangeOnOneConnection(handler);
            } catch (SocketTimeoutException | ProtocolException e) {
                drop();
                throw e;
            } catch (IOException e) {
                drop();
                if (aborted || stalled || !isReused && responses == before) {
                    throw e;
                }
            } catch (RuntimeException e) {
                drop();
                throw e;
            } finally {
                pacer.giveUp();
            }
        }
    }

    /** Fills the window, waits for bytes and takes one response at a time, until the window is empty. */
    private void exchangeOnOneConnection(PipelineHandler handler) throws IOException {
        HttpResponseReader from = open();
        waitingFor = -1;
        moreToRead = false;
        write(window.encoded(), window.size());
        boolean isLast = false;
        while (!window.isEmpty() && !isLast) {
            ResponseHead response = from.poll();
            if (response != null) {
                isLast = from.isLast() || stalled;
                take(response, handler);
            } else {
                startWaiting();
                if (!moreToRead) {
                    fillWindow(handler);
                    pause();
                }
                receive(from, handler);
            }
            if (window.isEmpty() && !isLast && !from.hasUnparsedBytes()) {
                fillWindow(handler);
            }
        }
        if (isLast || from.hasUnparsedBytes()) { // bytes that answer no request
            drop();
        }
    }

    private void take(ResponseHead response, PipelineHandler handler) {
        window.removeOldest();
        responses++;
        pacer.received();
        handler.onResponse(response);
    }

    /** Starts the clock of the oldest outstanding request, unless it runs already. */
    private void startWaiting() {
        if (waitingFor != responses) {
            waitingFor = responses;
            waitingSince = System.nanoTime();
        }
    }

    private void fillWindow(PipelineHandler handler) throws IOException {
        pacer.reportResponses();
        if (stalled || !window.isWorthFilling()) {
            return;
        }
        List<byte[]> next = handler.nextRequests(window.freeRequests(), window.freeBytes());
        if (!next.isEmpty()) {
            window.add(next); // before the write: if that fails, they are sent again
            write(RequestWindow.encode(next), next.size());
        }
    }

    private void write(byte[] encoded, int requests) throws IOException {
        Socket open = socket;
        if (open == null) {
            throw new SocketException("closed");
        }
        pacer.sent(requests);
        open.getOutputStream().write(encoded);
    }

    /** Lets responses pile up. */
    private void pause() {
        if (window.size() <= TOO_FEW_TO_PAUSE) {
            return;
        }
        long nanos = pacer.pauseNanos();
        if (nanos >= MIN_PAUSE_NANOS) {
            LockSupport.parkNanos(nanos);
        }
    }

    /** Blocks until bytes come, or the oldest outstanding request stalls the connection. */
    private void receive(HttpResponseReader from, PipelineHandler handler) throws IOException {
        Socket open = requireNonNull(socket);
        long timeout = stalled ? responseTimeoutNanos : stallTimeoutNanos;
        long left = waitingSince + timeout - System.nanoTime();
        open.setSoTimeout((int) Math.max(1, left / 1_000_000));
        try {
            moreToRead = from.receive(open.getInputStream());
        } catch (SocketTimeoutException e) {
            if (timeout == responseTimeoutNanos) {
                throw e;
            }
            stall(handler);
        }
    }

    private void stall(PipelineHandler handler) throws SocketTimeoutException {
        stalled = true;
        pacer.giveUp();
        window.keepOnlyOldest();
        if (!handler.onStall()) {
            throw new SocketTimeoutException("no answer within " + stallTimeoutNanos / 1_000_000 + " ms");
        }
    }

    // ---- the socket

    /** Returns whether the connection is open as far as the client knows; drops it if the server has ended it. */
    private boolean isStillOpen() {
        Socket open = socket;
        if (open == null) {
            return false;
        }
        try {
            if (open.getInputStream().available() == 0) {
                return true;
            }
        } catch (IOException e) {
            // the server has ended it
        }
        drop();
        return false;
    }

    private HttpResponseReader open() throws IOException {
        HttpResponseReader current = reader;
        if (socket != null && current != null) {
            return current;
        }
        Socket plain = new Socket(Proxy.NO_PROXY); // the JVM's proxy settings would be read for each connection
        use(plain);
        use(server.connect(plain, connectTimeoutMillis));
        HttpResponseReader opened = new HttpResponseReader(capturedHeaders);
        reader = opened;
        return opened;
    }

    /** Shows the socket to {@link #abort} before it is used. */
    private void use(Socket next) throws IOException {
        socket = next;
        if (aborted) {
            throw new SocketException("closed");
        }
    }

    private void drop() {
        Socket open = socket;
        socket = null;
        reader = null;
        closeQuietly(open);
    }

    /** Ends the running exchange, and prevents any other. Any thread may call it. */
    public void abort() {
        aborted = true;
        closeQuietly(socket);
    }

    /** Closes the connection; the next exchange opens a new one. */
    @Override
    public void close() {
        drop();
    }

    private static void closeQuietly(@Nullable Socket open) {
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            // closed all the same
        }
    }

    private static final class ResponseList implements PipelineHandler {

        private final Deque<byte[]> unsent;
        private final List<ResponseHead> received = new ArrayList<>();

        ResponseList(List<byte[]> requests) {
            this.unsent = new ArrayDeque<>(requests);
        }

        @Override
        public void onResponse(ResponseHead response) {
            received.add(response);
        }

        @Override
        public boolean onStall() {
            return false; // fails all
        }

        @Override
        public List<byte[]> nextRequests(int maxRequests, int maxBytes) {
            List<byte[]> next = new ArrayList<>();
            int bytes = 0;
            while (!unsent.isEmpty() && next.size() < maxRequests && (bytes += unsent.getFirst().length) <= maxBytes) {
                next.add(unsent.removeFirst());
            }
            return next;
        }
    }

    private static final class SingleResponse implements PipelineHandler {

        private final List<ResponseHead> responses = new ArrayList<>(1);

        ResponseHead response() {
            return responses.getFirst();
        }

        @Override
        public void onResponse(ResponseHead response) {
            responses.add(response);
        }

        @Override
        public boolean onStall() {
            return true; // no request is behind it
        }

        @Override
        public List<byte[]> nextRequests(int maxRequests, int maxBytes) {
            return List.of();
        }
    }
}

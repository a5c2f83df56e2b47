package io.freshet.purge.node;

import static java.util.Objects.requireNonNull;

import io.freshet.fleet.Node;
import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeRequest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection to a node, opened when first needed and again after it has gone. Requests are written many at once (pipelining, RFC
 * 9112, 9.3.2) and answered in their order; more follow while there is work and the node has answered a part of them, so that it always has
 * some. What is on its way is one queue, so no answer can be taken for another's, and it is bounded, so a node that does not read cannot
 * block a write. For one thread, except that any may close it for good.
 */
final class PipelinedHttpConnection implements Closeable {

    /** Is told, on the thread that exchanges, what becomes of requests: each time of the first of them that has no answer yet. */
    interface Exchange {

        void answered(PurgeAnswer answer);

        /** Its answer does not come. Only it is waited for any longer: what was sent after it is not answered here, and the caller's to send elsewhere. */
        void stalled();

        /**
         * What is to follow on this connection, if anything is.
         *
         * @param most requests
         * @param bytes that they may have together
         */
        List<PurgeRequest> more(int most, int bytes);
    }

    /** What has no answer yet fits into any socket's buffers, so that writing never waits for reading. */
    static final int MAX_BYTES = 32_768;

    /** So few missing answers are taken as they come. */
    private static final int FEW = 4;

    private static final long SHORTEST_PAUSE_NANOS = 50_000;

    private final Node node;
    private final String marker;
    private final int connectTimeoutMillis;
    private final long answerTimeoutNanos;
    private final long stallNanos;
    private final int pipelined;
    private final ReadPacer pace;
    private volatile @Nullable Socket socket;
    private volatile boolean shut;
    private @Nullable HttpResponseReader reader;

    /** What has been sent, or is to be sent again, and has no answer. */
    private final Deque<PurgeRequest> unanswered = new ArrayDeque<>();

    private int unansweredBytes;
    private long answered;
    private boolean stalled;
    private @Nullable Exchange exchange;
    private long waitingSince;
    private long waitingFor = -1;
    private boolean moreIsThere;

    /** So many that have no answer, and answers up to this one, the pace knows of. */
    private int paced;

    private long pacedAnswers;

    /**
     * @param marker the header by which nodes say who they are
     * @param pipelined requests at most that have no answer yet
     * @param pace of all connections to the node
     * @param answerTimeout for each answer, after the one before it
     * @param stallAfter when an answer holds up what stands behind it
     */
    PipelinedHttpConnection(
            Node node,
            String marker,
            int pipelined,
            ReadPacer pace,
            Duration connectTimeout,
            Duration answerTimeout,
            Duration stallAfter) {
        this.node = node;
        this.marker = marker;
        this.pipelined = pipelined;
        this.pace = pace;
        this.connectTimeoutMillis = Math.toIntExact(connectTimeout.toMillis());
        this.answerTimeoutNanos = answerTimeout.toNanos();
        this.stallNanos = Math.min(stallAfter.toNanos(), answerTimeoutNanos);
    }

    /**
     * Sends one request and reads its answer.
     *
     * @throws IOException as {@link #exchange}
     */
    PurgeAnswer ask(PurgeRequest request) throws IOException {
        List<PurgeAnswer> answer = new ArrayList<>(1);
        exchange(List.of(request), new Exchange() {
            @Override
            public void answered(PurgeAnswer its) {
                answer.add(its);
            }

            @Override
            public void stalled() {
                // nothing stands behind it
            }

            @Override
            public List<PurgeRequest> more(int most, int bytes) {
                return List.of();
            }
        });
        return answer.getFirst();
    }

    /**
     * Sends requests and what follows them, and reads the answers, until all are there and nothing follows. A connection that ends after an answer, or that was kept
     * from before, is opened anew, and what had no answer is sent again: servers close connections at will, and a purge may always be repeated.
     *
     * @param first as many, and as large, as are told to {@link Exchange#more}; or one of any size
     * @throws IOException if the node cannot be reached, ends a new connection without any answer, does not answer in time, or does not speak
     *     HTTP. What was answered before has been told; the first that was not is the one that the failure is about
     */
    void exchange(List<PurgeRequest> first, Exchange told) throws IOException {
        exchange = told;
        stalled = false;
        unanswered.clear();
        unansweredBytes = 0;
        add(first);
        while (!unanswered.isEmpty()) {
            boolean kept = isKept();
            long before = answered;
            try {
                exchangeOnce(told);
            } catch (SocketTimeoutException | ProtocolException e) {
                drop();
                throw e;
            } catch (IOException e) {
                drop();
                if (shut || stalled || !kept && answered == before) {
                    throw e;
                }
            } catch (RuntimeException e) {
                drop();
                throw e;
            } finally {
                leavePace();
            }
        }
    }

    private void exchangeOnce(Exchange told) throws IOException {
        HttpResponseReader from = open();
        waitingFor = -1;
        moreIsThere = false;
        write(unanswered);
        while (!unanswered.isEmpty()) {
            PurgeAnswer answer = from.read();
            boolean over = from.isLast() || stalled;
            unansweredBytes -= unanswered.remove().length();
            answered++;
            told.answered(answer);
            if (over) {
                drop();
                return;
            }
            if (unanswered.isEmpty() && !from.hasMore()) {
                follow();
            }
        }
        if (from.hasMore()) {
            drop(); // nobody asked for that
        }
    }

    private void add(List<PurgeRequest> requests) {
        unanswered.addAll(requests);
        unansweredBytes += length(requests);
    }

    private static int length(Collection<PurgeRequest> requests) {
        return requests.stream().mapToInt(PurgeRequest::length).sum();
    }

    private void write(Collection<PurgeRequest> requests) throws IOException {
        Socket open = socket;
        if (open == null) {
            throw new SocketException("closed");
        }
        byte[] bytes = new byte[length(requests)];
        int end = 0;
        for (PurgeRequest request : requests) {
            end = request.copyTo(bytes, end);
        }
        pace.sent(requests.size(), System.nanoTime());
        paced += requests.size();
        open.getOutputStream().write(bytes);
    }

    /** Whether there is a connection that can be written to, as far as one can know: a server may say goodbye on an idle one. */
    private boolean isKept() {
        Socket open = socket;
        if (open == null) {
            return false;
        }
        try {
            if (open.getInputStream().available() == 0) {
                return true;
            }
        } catch (IOException e) {
            // gone
        }
        drop();
        return false;
    }

    private HttpResponseReader open() throws IOException {
        HttpResponseReader current = reader;
        if (socket != null && current != null) {
            return current;
        }
        Socket plain = new Socket();
        socket = plain;
        if (shut) {
            throw new SocketException("closed");
        }
        plain.setTcpNoDelay(true);
        plain.connect(
                new InetSocketAddress(node.address().getHost(), node.address().getPort()), connectTimeoutMillis);
        Socket ready = node.tls() ? secured(plain) : plain;
        InputStream in = ready.getInputStream();
        HttpResponseReader opened =
                new HttpResponseReader((into, offset, length) -> receive(ready, in, into, offset, length), marker);
        reader = opened;
        socket = ready;
        if (shut) {
            throw new SocketException("closed");
        }
        return opened;
    }

    private Socket secured(Socket plain) throws IOException {
        plain.setSoTimeout(connectTimeoutMillis);
        SSLSocket tls = (SSLSocket) trusted()
                .createSocket(plain, node.address().getHost(), node.address().getPort(), true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        return tls;
    }

    private static SSLSocketFactory trusted() throws IOException {
        try {
            return SSLContext.getDefault().getSocketFactory();
        } catch (NoSuchAlgorithmException e) {
            throw new IOException("no TLS here", e);
        }
    }

    /** Lets more follow as soon as a quarter of what may be on its way is free; for less a write is not worth it. */
    private void follow() throws IOException {
        tellAnswers();
        int room = pipelined - unanswered.size();
        int bytes = MAX_BYTES - unansweredBytes;
        if (stalled || room < Math.max(1, pipelined / 4) || bytes < MAX_BYTES / 4) {
            return;
        }
        List<PurgeRequest> more = requireNonNull(exchange).more(room, bytes);
        if (!more.isEmpty()) {
            add(more); // before it is written: if that fails, it is sent again
            write(more);
        }
    }

    private void letAnswersPileUp() {
        if (unanswered.size() <= FEW) {
            return;
        }
        long pause = pace.pause(System.nanoTime());
        if (pause >= SHORTEST_PAUSE_NANOS) {
            LockSupport.parkNanos(pause);
        }
    }

    private void tellAnswers() {
        int answers = (int) Math.min(paced, answered - pacedAnswers);
        pace.answered(answers, System.nanoTime());
        paced -= answers;
        pacedAnswers = answered;
    }

    private void leavePace() {
        tellAnswers();
        pace.lost(paced);
        paced = 0;
    }

    /** Waits for bytes until the answer that they belong to stalls, tells that, and waits on until its time is up. */
    private int receive(Socket from, InputStream in, byte[] into, int offset, int length) throws IOException {
        if (waitingFor != answered) {
            waitingFor = answered;
            waitingSince = System.nanoTime();
        }
        if (!moreIsThere) {
            follow();
            letAnswersPileUp();
        }
        while (true) {
            long left = waitingSince + (stalled ? answerTimeoutNanos : stallNanos) - System.nanoTime();
            try {
                from.setSoTimeout((int) Math.max(1, left / 1_000_000));
                int received = in.read(into, offset, length);
                moreIsThere = received == length;
                return received;
            } catch (SocketTimeoutException e) {
                if (stalled || stallNanos == answerTimeoutNanos) {
                    throw e;
                }
                stalled = true;
                leavePace(); // how long this one takes says nothing of the others
                keepOnlyFirst();
                requireNonNull(exchange).stalled();
            }
        }
    }

    private void keepOnlyFirst() {
        PurgeRequest first = unanswered.remove();
        unanswered.clear();
        unanswered.add(first);
        unansweredBytes = first.length();
    }

    private void drop() {
        Socket open = socket;
        socket = null;
        reader = null;
        closeQuietly(open);
    }

    /** Ends an exchange that is going on, and any that would follow. */
    void shut() {
        shut = true;
        closeQuietly(socket);
    }

    /** It can be used again. */
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
            // it is gone all the same
        }
    }
}

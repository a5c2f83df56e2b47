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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection to a node, opened when first needed and again after it has gone. The requests of a batch are written at once
 * (pipelining, RFC 9112, 9.3.2) and answered in their order; the next batch follows when the last answer is there, so no answer can be taken
 * for another's, and a node that does not read cannot block a write. For one thread, except that any may close it for good.
 */
final class NodeConnection implements Closeable {

    /** Is told, on the thread that exchanges a batch, what becomes of it. */
    interface Answers {

        void answered(int request, PurgeAnswer answer);

        /**
         * The answer to this request does not come. Only it is waited for any longer: what stands behind it in the batch will not be answered
         * here, and is the caller's to send elsewhere.
         */
        void stalled(int request);
    }

    /** A batch fits into any socket's buffers, so that writing never waits for reading. */
    static final int MAX_BATCH_BYTES = 32_768;

    /** So few missing answers are taken as they come. */
    private static final int FEW = 4;

    private static final long SHORTEST_PAUSE_NANOS = 50_000;
    private static final long LONGEST_PAUSE_NANOS = 100_000_000;

    /** A connection that was idle for so long tells nothing about how fast answers come now. */
    private static final long PACE_HOLDS_NANOS = 10_000_000;

    private final Node node;
    private final String marker;
    private final int connectTimeoutMillis;
    private final long answerTimeoutNanos;
    private final long stallNanos;
    private final long longestPauseNanos;
    private volatile @Nullable Socket socket;
    private volatile boolean shut;
    private @Nullable AnswerReader reader;

    // Of the batch that is being exchanged:
    private int size;
    private int answered;
    private int answeredBefore;
    private long writtenAt;
    private boolean stalled;
    private @Nullable Answers answers;
    private long waitingSince;
    private int waitingFor = -1;
    private boolean moreIsThere;

    /** Nanoseconds from one answer to the next, lately; 0 if that is not known. */
    private long pace;

    private long pacedAt = System.nanoTime();

    /**
     * @param marker the header by which nodes say who they are
     * @param answerTimeout for each answer, after the one before it
     * @param stallAfter when an answer holds up what stands behind it
     */
    NodeConnection(Node node, String marker, Duration connectTimeout, Duration answerTimeout, Duration stallAfter) {
        this.node = node;
        this.marker = marker;
        this.connectTimeoutMillis = Math.toIntExact(connectTimeout.toMillis());
        this.answerTimeoutNanos = answerTimeout.toNanos();
        this.stallNanos = Math.min(stallAfter.toNanos(), answerTimeoutNanos);
        this.longestPauseNanos = Math.min(LONGEST_PAUSE_NANOS, stallNanos / 2);
    }

    /**
     * Sends one request and reads its answer.
     *
     * @throws IOException as {@link #exchange}
     */
    PurgeAnswer ask(PurgeRequest request) throws IOException {
        List<PurgeAnswer> answer = new ArrayList<>(1);
        exchange(List.of(request), new Answers() {
            @Override
            public void answered(int only, PurgeAnswer its) {
                answer.add(its);
            }

            @Override
            public void stalled(int only) {
                // nothing stands behind it
            }
        });
        return answer.getFirst();
    }

    /**
     * Sends a batch of at most {@link #MAX_BATCH_BYTES} and reads the answers. A connection that ends after an answer, or that was kept from
     * before, is opened anew, and what had no answer is sent again: servers close connections at will, and a purge may always be repeated.
     *
     * @throws IOException if the node cannot be reached, ends a new connection without any answer, does not answer in time, or does not speak
     *     HTTP. What was answered before has been told; the first that was not is the one that the failure is about
     */
    void exchange(List<PurgeRequest> batch, Answers told) throws IOException {
        answers = told;
        size = batch.size();
        answered = 0;
        stalled = false;
        while (answered < size && !stalled) {
            boolean kept = isKept();
            int before = answered;
            try {
                exchangeOnce(batch);
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
            }
        }
    }

    private void exchangeOnce(List<PurgeRequest> batch) throws IOException {
        AnswerReader from = open();
        write(batch.subList(answered, size));
        waitingFor = -1;
        moreIsThere = false;
        answeredBefore = answered;
        long now = System.nanoTime();
        if (now - pacedAt > PACE_HOLDS_NANOS) {
            pace = 0;
        }
        writtenAt = now;
        while (answered < size) {
            PurgeAnswer answer = from.read();
            boolean over = from.isLast() || stalled;
            requireNonNull(answers).answered(answered++, answer);
            if (over) {
                drop();
                return;
            }
        }
        notePace();
        if (from.hasMore()) {
            drop(); // nobody asked for that
        }
    }

    private void write(List<PurgeRequest> requests) throws IOException {
        Socket open = socket;
        if (open == null) {
            throw new SocketException("closed");
        }
        byte[] bytes = new byte[requests.stream().mapToInt(PurgeRequest::length).sum()];
        int end = 0;
        for (PurgeRequest request : requests) {
            end = request.copyTo(bytes, end);
        }
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

    private AnswerReader open() throws IOException {
        AnswerReader current = reader;
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
        AnswerReader opened =
                new AnswerReader((into, offset, length) -> receive(ready, in, into, offset, length), marker);
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

    /**
     * Nodes send answer by answer, and waking up for each costs more than the answer itself (25 against 6 microseconds of CPU, see
     * docs/adr/0014). So while many are missing, this waits for most of the time that they will take at the pace of those before; what that
     * is too much is made up for by the next estimate.
     */
    private void letAnswersPileUp() {
        notePace();
        int missing = size - answered;
        if (missing <= FEW) {
            return;
        }
        long pause = Math.min(longestPauseNanos, pace * missing * 3 / 4);
        if (pause >= SHORTEST_PAUSE_NANOS) {
            LockSupport.parkNanos(pause);
        }
    }

    /** A few answers tell how long the way to the node is, and not how fast it answers. */
    private void notePace() {
        int answers = answered - answeredBefore;
        if (answers > FEW) {
            pacedAt = System.nanoTime();
            pace = (pacedAt - writtenAt) / answers;
        }
    }

    /** Waits for bytes until the answer that they belong to stalls, tells that, and waits on until its time is up. */
    private int receive(Socket from, InputStream in, byte[] into, int offset, int length) throws IOException {
        if (waitingFor != answered) {
            waitingFor = answered;
            waitingSince = System.nanoTime();
        }
        if (!moreIsThere) {
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
                requireNonNull(answers).stalled(answered);
            }
        }
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

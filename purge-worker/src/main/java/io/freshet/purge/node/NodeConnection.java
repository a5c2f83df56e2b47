package io.freshet.purge.node;

import io.freshet.fleet.Node;
import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeRequest;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection to a node, one exchange at a time, opened when first needed and again after it has gone. For one thread, except that
 * any thread may {@link #close} it, which ends an exchange that is going on.
 */
final class NodeConnection implements Closeable {

    private static final int MAX_LINE = 16_384;
    private static final int MAX_HEADERS = 200;

    /** Answers to purges are a few hundred bytes; a node that sends more than this is not answering a purge. */
    private static final long MAX_BODY = 1_048_576;

    private final Node node;
    private final int connectTimeoutMillis;
    private final int answerTimeoutMillis;
    private volatile @Nullable Socket socket;
    private @Nullable InputStream in;

    NodeConnection(Node node, Duration connectTimeout, Duration answerTimeout) {
        this.node = node;
        this.connectTimeoutMillis = Math.toIntExact(connectTimeout.toMillis());
        this.answerTimeoutMillis = Math.toIntExact(answerTimeout.toMillis());
    }

    /**
     * Sends a request and reads its answer. A kept connection that turns out to have been closed is opened anew, once: servers close idle and
     * long-used ones at will, and a purge may always be repeated.
     *
     * @throws IOException if the node cannot be reached, does not answer in time, or does not speak HTTP
     */
    PurgeAnswer exchange(PurgeRequest request) throws IOException {
        boolean kept = socket != null;
        try {
            return exchangeOnce(request);
        } catch (java.net.SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            if (!kept) {
                throw e;
            }
            return exchangeOnce(request);
        }
    }

    private PurgeAnswer exchangeOnce(PurgeRequest request) throws IOException {
        try {
            Socket open = open();
            open.getOutputStream().write(bytes(request));
            return read(java.util.Objects.requireNonNull(in));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private Socket open() throws IOException {
        Socket open = socket;
        if (open != null) {
            return open;
        }
        Socket plain = new Socket();
        socket = plain;
        plain.setTcpNoDelay(true);
        plain.setSoTimeout(answerTimeoutMillis);
        plain.connect(
                new InetSocketAddress(node.address().getHost(), node.address().getPort()), connectTimeoutMillis);
        Socket ready = node.tls() ? secured(plain) : plain;
        in = new BufferedInputStream(ready.getInputStream(), 4_096);
        socket = ready;
        return ready;
    }

    private Socket secured(Socket plain) throws IOException {
        SSLSocket tls = (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault())
                .createSocket(plain, node.address().getHost(), node.address().getPort(), true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        return tls;
    }

    private static byte[] bytes(PurgeRequest request) {
        StringBuilder text = new StringBuilder(256);
        text.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\n");
        request.headers()
                .forEach((name, value) ->
                        text.append(name).append(": ").append(value).append("\r\n"));
        return text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private PurgeAnswer read(InputStream from) throws IOException {
        String statusLine;
        Map<String, String> headers;
        int status;
        do {
            statusLine = line(from);
            status = status(statusLine);
            headers = headers(from);
        } while (status < 200); // 1xx are not the answer yet
        boolean last = statusLine.startsWith("HTTP/1.0") || has(headers, "connection", "close");
        if (!skipBody(from, status, headers) || last) {
            close();
        }
        return new PurgeAnswer(status, statusLine.length() > 13 ? statusLine.substring(13) : "", headers);
    }

    private static int status(String line) throws ProtocolException {
        if (!line.startsWith("HTTP/1.") || line.length() < 12) {
            throw new ProtocolException("not an HTTP/1.1 answer: " + line);
        }
        try {
            return Integer.parseInt(line, 9, 12, 10);
        } catch (NumberFormatException e) {
            throw new ProtocolException("no status in: " + line);
        }
    }

    private static Map<String, String> headers(InputStream from) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (int i = 0; i < MAX_HEADERS; i++) {
            String line = line(from);
            if (line.isEmpty()) {
                return headers;
            }
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new ProtocolException("not a header: " + line);
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        throw new ProtocolException("more than " + MAX_HEADERS + " headers");
    }

    /** Reads past the body; false where only the end of the connection ends it. */
    private static boolean skipBody(InputStream from, int status, Map<String, String> headers) throws IOException {
        if (status == 204 || status == 304) {
            return true;
        }
        if (has(headers, "transfer-encoding", "chunked")) {
            skipChunks(from);
            return true;
        }
        String length = headers.get("content-length");
        if (length == null) {
            return false;
        }
        skip(from, number(length, 10));
        return true;
    }

    private static void skipChunks(InputStream from) throws IOException {
        long size;
        do {
            String line = line(from);
            int extension = line.indexOf(';');
            size = number((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
            if (size > 0) {
                skip(from, size);
                line(from);
            }
        } while (size > 0);
        headers(from); // trailers
    }

    private static void skip(InputStream from, long length) throws IOException {
        if (length > MAX_BODY) {
            throw new ProtocolException("a body of " + length + " bytes is no answer to a purge");
        }
        from.skipNBytes(length);
    }

    private static long number(String text, int radix) throws ProtocolException {
        try {
            long number = Long.parseLong(text, radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new ProtocolException("not a length: " + text);
    }

    private static boolean has(Map<String, String> headers, String name, String value) {
        String found = headers.get(name);
        return found != null && found.toLowerCase(Locale.ROOT).contains(value);
    }

    private static String line(InputStream from) throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int c = from.read(); c != '\n'; c = from.read()) {
            if (c < 0) {
                throw new EOFException("the node closed the connection");
            }
            if (line.length() > MAX_LINE) {
                throw new ProtocolException("a line of more than " + MAX_LINE + " bytes");
            }
            line.append((char) c);
        }
        int length = line.length();
        if (length > 0 && line.charAt(length - 1) == '\r') {
            line.setLength(length - 1);
        }
        return line.toString();
    }

    @Override
    public void close() {
        Socket open = socket;
        socket = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

package io.freshet.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;

/** A connection on which anything can be sent, HTTP or not. */
final class RawConnection implements AutoCloseable {

    static final String CLOSED = "";
    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket = new Socket();

    RawConnection(int port) throws IOException {
        socket.setReceiveBufferSize(4_096);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress("localhost", port));
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    /** Returns the request as the JDK's client would send it. */
    static String text(HttpRequest request) {
        StringBuilder text = new StringBuilder(request.method())
                .append(" /?")
                .append(request.uri().getRawQuery())
                .append(" HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n");
        request.headers()
                .map()
                .forEach((name, values) ->
                        text.append(name).append(": ").append(values.getFirst()).append("\r\n"));
        return text.append("\r\n").toString();
    }

    /**
     * Reads one response.
     *
     * @return its head and body; {@link #CLOSED} if the connection is closed
     * @throws SocketTimeoutException if neither comes
     */
    String response() throws IOException {
        try {
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    return head.toString();
                }
                head.append((char) next);
            }
            return head + new String(in.readNBytes(length(head.toString())), ISO_8859_1);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return CLOSED;
        }
    }

    private static int length(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

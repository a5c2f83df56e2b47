package io.freshet.benchmark.latency;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * One kept HTTP/1.1 connection, with one request at a time and nothing around it: on the thread that asks, so that what
 * is measured is the server and no client library's threads.
 */
final class KeepAliveConnection implements AutoCloseable {

    private static final String LENGTH = "\r\ncontent-length:";

    private final Socket socket;
    private final byte[] buffer = new byte[65_536];

    KeepAliveConnection(URI server) throws IOException {
        socket = new Socket(server.getHost(), server.getPort());
        socket.setTcpNoDelay(true);
    }

    record ConnectionResponse(int status, String body) {}

    /** Sends a request and reads its answer, of 64 KB at most, whose length its head must tell. */
    ConnectionResponse ask(String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        int end = 0;
        int body = -1;
        int length = 0;
        while (body < 0 || end < body + length) {
            end += receive(end);
            if (body < 0) {
                String head = new String(buffer, 0, end, StandardCharsets.ISO_8859_1);
                body = head.indexOf("\r\n\r\n") + 4;
                if (body < 4) {
                    body = -1;
                } else {
                    length = length(head.substring(0, body));
                }
            }
        }
        int status = Integer.parseInt(new String(buffer, 9, 3, StandardCharsets.US_ASCII));
        return new ConnectionResponse(status, new String(buffer, body, length, StandardCharsets.UTF_8));
    }

    private int receive(int end) throws IOException {
        InputStream in = socket.getInputStream();
        int received = in.read(buffer, end, buffer.length - end);
        if (received <= 0) {
            throw new EOFException("no end of an answer after " + end + " bytes");
        }
        return received;
    }

    private static int length(String head) throws IOException {
        for (int at = 0; at < head.length(); at++) {
            if (head.regionMatches(true, at, LENGTH, 0, LENGTH.length())) {
                int from = at + LENGTH.length();
                return Integer.parseInt(
                        head.substring(from, head.indexOf('\r', from)).strip());
            }
        }
        throw new IOException("no Content-Length in " + head);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

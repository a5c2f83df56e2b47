package io.freshet.e2e.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Set;

/** A connection on which anything can be sent, HTTP or not. It buffers little, so that unread responses fill it. */
final class RawSocket implements AutoCloseable {

    private static final int RECEIVE_BUFFER = 4_096;
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final byte[] STATUS_LINE = "HTTP/1.1 ".getBytes(ISO_8859_1);

    private final Socket socket = new Socket();
    private final Set<RawSocket> open;
    private final InputStream in;

    RawSocket(InetAddress from, InetSocketAddress to, Set<RawSocket> open) throws IOException {
        this.open = open;
        open.add(this);
        try {
            socket.setReceiveBufferSize(RECEIVE_BUFFER);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(to, TIMEOUT_MILLIS);
            in = new BufferedInputStream(socket.getInputStream(), RECEIVE_BUFFER);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    void send(String text) throws IOException {
        send(text.getBytes(ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Reads until the connection is closed or nothing comes for a while. */
    void drain() throws IOException {
        byte[] buffer = new byte[RECEIVE_BUFFER];
        while (in.read(buffer) >= 0) {
            // Not of interest.
        }
    }

    /**
     * Returns the status of the next response, which begins anywhere in what is read; 0 if the connection is closed
     * first.
     */
    int nextStatus() throws IOException {
        int matched = 0;
        while (matched < STATUS_LINE.length) {
            int next = in.read();
            if (next < 0) {
                return 0;
            }
            matched = next == STATUS_LINE[matched] ? matched + 1 : next == STATUS_LINE[0] ? 1 : 0;
        }
        byte[] status = in.readNBytes(3);
        return status.length < 3 ? 0 : Integer.parseInt(new String(status, ISO_8859_1));
    }

    @Override
    public void close() {
        open.remove(this);
        try {
            socket.close();
        } catch (IOException _) {
            // It is closed all the same.
        }
    }
}

package io.freshet.push.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Byte stream to a server, plain or encrypted. Any thread may close it, which ends a blocked read or write. */
interface Transport extends Closeable {

    /**
     * Reads once, which blocks until there are bytes.
     *
     * @return number of bytes; -1 at the end of the stream
     */
    int read(ByteBuffer target) throws IOException;

    /** Writes all bytes. */
    void write(byte[] bytes) throws IOException;

    /** Returns whether bytes have been received that were not read, as far as can be said without blocking. */
    boolean hasUnreadBytes() throws IOException;

    /**
     * Connects to a server.
     *
     * @param server {@code http} or {@code https}, host and port
     * @param timeout limit for connecting, and for each read of a TLS handshake
     * @throws ConnectTimeoutException if no connection was made in time
     */
    static Transport connect(URI server, Duration timeout) throws IOException {
        InetSocketAddress address = new InetSocketAddress(server.getHost(), server.getPort());
        if (address.isUnresolved()) {
            throw new UnknownHostException(server.getHost());
        }
        SocketChannel channel = SocketChannel.open();
        int millis = Math.toIntExact(timeout.toMillis());
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().connect(address, millis);
            return "https".equals(server.getScheme())
                    ? TlsTransport.negotiate(channel, server, millis)
                    : new PlainTransport(channel);
        } catch (SocketTimeoutException e) {
            channel.close();
            throw new ConnectTimeoutException(e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }
}

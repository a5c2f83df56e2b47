package io.freshet.push.http;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** TLS stream. The server's certificate must be valid for its host. */
final class TlsTransport implements Transport {

    /** Largest content of a TLS record (RFC 8446, 5.1). */
    private static final int MAX_RECORD = 16_384;

    private final SocketChannel channel;
    private final SSLSocket secure;
    private final byte[] record = new byte[MAX_RECORD];

    private TlsTransport(SocketChannel channel, SSLSocket secure) {
        this.channel = channel;
        this.secure = secure;
    }

    static TlsTransport negotiate(SocketChannel channel, URI server, int timeoutMillis) throws IOException {
        channel.socket().setSoTimeout(timeoutMillis);
        SSLSocket secure = (SSLSocket)
                context().getSocketFactory().createSocket(channel.socket(), server.getHost(), server.getPort(), true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        channel.socket().setSoTimeout(0);
        return new TlsTransport(channel, secure);
    }

    private static SSLContext context() throws IOException {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IOException("this JVM has no TLS", e);
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int count = secure.getInputStream().read(record, 0, Math.min(record.length, target.remaining()));
        if (count > 0) {
            target.put(record, 0, count);
        }
        return count;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        secure.getOutputStream().write(bytes);
    }

    @Override
    public boolean hasUnreadBytes() throws IOException {
        return secure.getInputStream().available() > 0;
    }

    /** Closes the socket below, since {@link SSLSocket#close} may wait for another thread's write. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}

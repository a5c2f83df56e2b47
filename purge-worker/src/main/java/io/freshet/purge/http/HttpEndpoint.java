package io.freshet.purge.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Address of an HTTP server.
 *
 * @param tls whether the server speaks TLS; its certificate must be valid for the host
 */
public record HttpEndpoint(String host, int port, boolean tls) {

    /**
     * Connects an unconnected socket to the server, and negotiates TLS if the server speaks it. The caller owns the
     * socket, so that it can abort a connection attempt by closing it.
     *
     * @param timeoutMillis limit for connecting, and for each read of the TLS handshake
     * @return the socket to use
     */
    Socket connect(Socket socket, int timeoutMillis) throws IOException {
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(host, port), timeoutMillis);
        if (!tls) {
            return socket;
        }
        socket.setSoTimeout(timeoutMillis);
        SSLSocket secure = (SSLSocket) sslSocketFactory().createSocket(socket, host, port, true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return secure;
    }

    private static SSLSocketFactory sslSocketFactory() throws IOException {
        try {
            return SSLContext.getDefault().getSocketFactory();
        } catch (NoSuchAlgorithmException e) {
            throw new IOException("this JVM has no TLS", e);
        }
    }
}

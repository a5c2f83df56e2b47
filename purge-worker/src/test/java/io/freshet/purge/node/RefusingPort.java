package io.freshet.purge.node;

import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

/** Port that refuses connections: bound, so that no other process can take it, but without a listener. */
final class RefusingPort implements AutoCloseable {

    private final Socket socket = new Socket();

    RefusingPort() throws IOException {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    Node node() {
        return new Node(
                "n1", URI.create("http://127.0.0.1:" + socket.getLocalPort()), new Driver.Varnish("varnish", "s3cret"));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

package io.freshet.e2e.hostile;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Open sockets of an attack, closed together at its end, which also ends blocked writes and reads. */
final class Sockets implements AutoCloseable {

    private final Set<RawSocket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Connects to a port of this machine.
     *
     * @param client decides the address of the client, one of three; none of them is that of well-behaved clients
     */
    RawSocket connect(int port, int client) throws IOException {
        InetAddress from = InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (2 + client % 3)});
        RawSocket socket = new RawSocket(from, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), open);
        if (closed) {
            socket.close();
            throw new IOException("the attack is over");
        }
        return socket;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        for (RawSocket socket : open) {
            socket.close();
        }
    }
}

package io.freshet.cluster;

import io.freshet.cluster.process.Address;
import io.freshet.cluster.process.ProcessPlatform;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Stands between two parts, and can lose what flows one way or the other, or delay it: what one says never arrives, or
 * it never hears the answer.
 */
public final class TcpProxy implements AutoCloseable {

    private enum Direction {
        REQUESTS,
        ANSWERS
    }

    private final ServerSocket door;
    private final String host;
    private final Supplier<Address> server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Set<Direction> lost = Set.of();
    private volatile Duration delay = Duration.ZERO;

    /** @param server where it leads to; asked for at every connection */
    TcpProxy(ProcessPlatform platform, Supplier<Address> server) {
        this.host = platform.here();
        this.server = server;
        try {
            door = new ServerSocket();
            door.bind(new InetSocketAddress(platform.bindAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("tcp-proxy").start(this::accept);
    }

    /** Returns the address of the proxy. */
    Address address() {
        return new Address(host + ":" + door.getLocalPort(), "127.0.0.1:" + door.getLocalPort());
    }

    /** From now on nothing that clients send reaches the server; they are not told. */
    public void loseRequests() {
        lost = Set.of(Direction.REQUESTS);
    }

    /** From now on everything that clients send reaches the server, but no answer comes back. */
    public void loseAnswers() {
        lost = Set.of(Direction.ANSWERS);
    }

    /** From now on nothing passes; nobody is told. */
    void loseAll() {
        lost = Set.of(Direction.values());
    }

    /** From now on everything passes later: each piece of up to 64 KB waits so long, and those after it wait for it. */
    void delay(Duration delay) {
        this.delay = delay;
    }

    /** Lets everything pass again. Connections that have lost something are of no use any more and are closed. */
    public void mend() {
        delay = Duration.ZERO;
        if (!lost.isEmpty()) {
            lost = Set.of();
            sockets.forEach(TcpProxy::close);
        }
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    private void connect(Socket client) {
        sockets.add(client);
        Socket behind = new Socket();
        sockets.add(behind);
        try (client;
                behind) {
            String[] to = server.get().outside().split(":");
            behind.connect(new InetSocketAddress(to[0], Integer.parseInt(to[1])), 2000);
            client.setTcpNoDelay(true);
            behind.setTcpNoDelay(true);
            Thread answers = Thread.ofVirtual().start(() -> pump(behind, client, Direction.ANSWERS));
            pump(client, behind, Direction.REQUESTS);
            answers.join();
        } catch (IOException _) {
            // the server is down: so the client sees a closed connection
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(client);
            sockets.remove(behind);
        }
    }

    private void pump(Socket from, Socket to, Direction direction) {
        byte[] buffer = new byte[65_536];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (delay.isPositive()) {
                    Thread.sleep(delay);
                }
                if (!lost.contains(direction)) {
                    out.write(buffer, 0, n);
                }
            }
        } catch (IOException _) {
            // either end is gone, and so is the other
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sockets.forEach(TcpProxy::close);
    }
}

package io.freshet.e2e.stage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Stands between the gateway and Kafka, and can lose what flows one way or the other: a publish that never arrives, or whose acknowledgement never does. */
public final class KafkaProxy implements AutoCloseable {

    private enum Fault {
        NONE,
        LOSES_REQUESTS,
        LOSES_ANSWERS
    }

    private final ServerSocket door;
    private final Supplier<Address> kafka;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Fault fault = Fault.NONE;

    KafkaProxy(String bindAddress, Supplier<Address> kafka) {
        this.kafka = kafka;
        try {
            door = new ServerSocket();
            door.bind(new InetSocketAddress(bindAddress, 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("kafka-proxy").start(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /** From now on nothing the gateway sends reaches Kafka; it is not told. */
    public void loseRequests() {
        fault = Fault.LOSES_REQUESTS;
    }

    /** From now on everything the gateway sends reaches Kafka, but no answer comes back. */
    public void loseAnswers() {
        fault = Fault.LOSES_ANSWERS;
    }

    /** Lets everything pass again. Connections that have lost something are of no use any more and are closed. */
    public void mend() {
        if (fault != Fault.NONE) {
            fault = Fault.NONE;
            sockets.forEach(KafkaProxy::close);
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
        Socket broker = new Socket();
        sockets.add(broker);
        try (client;
                broker) {
            String[] to = kafka.get().outside().split(":");
            broker.connect(new InetSocketAddress(to[0], Integer.parseInt(to[1])), 2000);
            client.setTcpNoDelay(true);
            broker.setTcpNoDelay(true);
            Thread answers = Thread.ofVirtual().start(() -> pump(broker, client, Fault.LOSES_ANSWERS));
            pump(client, broker, Fault.LOSES_REQUESTS);
            answers.join();
        } catch (IOException _) {
            // Kafka is down: so the gateway sees a closed connection
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(client);
            sockets.remove(broker);
        }
    }

    private void pump(Socket from, Socket to, Fault loss) {
        byte[] buffer = new byte[65_536];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (fault != loss) {
                    out.write(buffer, 0, n);
                }
            }
        } catch (IOException _) {
            // either end is gone, and so is the other
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
        sockets.forEach(KafkaProxy::close);
    }
}

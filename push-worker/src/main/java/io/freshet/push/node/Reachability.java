package io.freshet.push.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** Tries to connect to nodes that did not answer, until they do. */
public final class Reachability implements AutoCloseable {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Duration connectTimeout;
    private final ExecutorService probes = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("push-probe-", 0).factory());

    public Reachability(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    /** Calls back once a connection to this address has succeeded, at the earliest after a quarter of a second. */
    void whenReachable(URI address, Runnable callback) {
        try {
            probes.execute(() -> probe(address, callback));
        } catch (RejectedExecutionException _) {
            // Closed: nobody waits any more.
        }
    }

    private void probe(URI address, Runnable callback) {
        try {
            Duration pause = FIRST_PAUSE;
            do {
                Thread.sleep(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            } while (!connects(address));
            callback.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean connects(URI address) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(address.getHost(), address.getPort()), (int) connectTimeout.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        probes.shutdownNow();
    }
}

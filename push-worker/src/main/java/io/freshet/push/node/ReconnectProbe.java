package io.freshet.push.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** Connects to unreachable nodes until they answer. */
public final class ReconnectProbe implements AutoCloseable {

    private static final Duration INITIAL_BACKOFF = Duration.ofMillis(250);
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);

    private final Duration connectTimeout;
    private final ExecutorService probes = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("push-probe-", 0).factory());

    public ReconnectProbe(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    /** Calls back after a connection to this address has succeeded, at the earliest after 250 ms. */
    void whenReachable(URI address, Runnable callback) {
        try {
            probes.execute(() -> probe(address, callback));
        } catch (RejectedExecutionException _) {
            // Closed: no task waits any more.
        }
    }

    private void probe(URI address, Runnable callback) {
        try {
            Duration pause = INITIAL_BACKOFF;
            do {
                Thread.sleep(pause);
                pause = pause.multipliedBy(2).compareTo(MAX_BACKOFF) < 0 ? pause.multipliedBy(2) : MAX_BACKOFF;
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

package io.freshet.push.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/** Connects to unreachable nodes until they answer. */
public final class ReconnectProbe implements AutoCloseable {

    private static final long INITIAL_BACKOFF_MILLIS = 250;
    private static final long MAX_BACKOFF_MILLIS = 5_000;

    private final Duration connectTimeout;
    private final ExponentialBackOff backOff = new ExponentialBackOff(INITIAL_BACKOFF_MILLIS, 2);
    private final SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();

    public ReconnectProbe(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
        backOff.setMaxInterval(MAX_BACKOFF_MILLIS);
        scheduler.setVirtualThreads(true);
        scheduler.setThreadNamePrefix("push-probe-");
    }

    /** Calls back after a connection to this address has succeeded, at the earliest after 250 ms. */
    void whenReachable(URI address, Runnable callback) {
        probeLater(address, callback, backOff.start());
    }

    private void probeLater(URI address, Runnable callback, BackOffExecution pauses) {
        try {
            scheduler.schedule(
                    () -> probe(address, callback, pauses),
                    scheduler.getClock().instant().plusMillis(pauses.nextBackOff()));
        } catch (TaskRejectedException _) {
            // Closed: no task waits any more.
        }
    }

    private void probe(URI address, Runnable callback, BackOffExecution pauses) {
        if (connects(address)) {
            callback.run();
        } else {
            probeLater(address, callback, pauses);
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
        scheduler.close();
    }
}

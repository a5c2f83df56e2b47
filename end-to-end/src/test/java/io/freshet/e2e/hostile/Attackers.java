package io.freshet.e2e.hostile;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Clients that attack at the same time, each on a virtual thread, until a time. */
final class Attackers {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private Attackers() {}

    /** One attempt of one client, which may end because the gateway closes the connection. */
    @FunctionalInterface
    interface Attempt {

        /** @param client 0 to the number of clients - 1 */
        void run(Sockets sockets, int client) throws IOException;
    }

    /**
     * Repeats the attempt with this many clients until the time.
     *
     * @throws AssertionError if an attempt failed with anything but an I/O error
     */
    static void run(int clients, Instant end, Attempt attempt) {
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Sockets sockets = new Sockets()) {
            for (int i = 0; i < clients; i++) {
                int client = i;
                threads.execute(() -> repeat(sockets, client, attempt, failures));
            }
            await(end);
        }
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.size() + " clients failed", failures.peek());
        }
    }

    private static void repeat(Sockets sockets, int client, Attempt attempt, Queue<Throwable> failures) {
        while (!sockets.isClosed()) {
            try {
                attempt.run(sockets, client);
            } catch (IOException _) {
                // The gateway defends itself.
            } catch (RuntimeException | AssertionError e) {
                failures.add(e);
                return;
            }
            pause(PAUSE_NANOS);
        }
    }

    static void pause(long nanos) {
        LockSupport.parkNanos(nanos);
    }

    private static void await(Instant end) {
        try {
            long millis = Duration.between(Instant.now(), end).toMillis();
            boolean _ = new CountDownLatch(1).await(Math.max(0, millis), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.freshet.e2e;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Tasks that run beside a test. A task that throws anything is not run again, and {@link #close} fails with what was
 * thrown.
 */
final class BackgroundTasks implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final ScheduledExecutorService threads;
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    BackgroundTasks(int threads) {
        this.threads =
                Executors.newScheduledThreadPool(threads, Thread.ofVirtual().factory());
    }

    /** Runs a task again and again, the next time after a delay. */
    void repeat(Duration delay, Runnable task) {
        threads.scheduleWithFixedDelay(recording(task), 0, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Runs a task at a fixed rate. */
    void atRate(Duration period, Runnable task) {
        threads.scheduleAtFixedRate(recording(task), 0, period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Runs a task once; never if this is closed already. */
    void run(Runnable task) {
        try {
            threads.execute(recording(task));
        } catch (RejectedExecutionException e) {
            if (!threads.isShutdown()) {
                throw e;
            }
        }
    }

    private Runnable recording(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable failure) {
                failures.add(failure);
                throw failure;
            }
        };
    }

    /**
     * Starts no task any more, and waits for those that run.
     *
     * @throws AssertionError if a task threw anything, or does not end
     */
    @Override
    public void close() {
        threads.shutdown();
        boolean ended = false;
        try {
            ended = threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            threads.shutdownNow();
            failures.add(new AssertionError("a task beside the test does not end"));
        }
        if (!failures.isEmpty()) {
            AssertionError error = new AssertionError(failures.size() + " tasks beside the test failed");
            failures.forEach(error::addSuppressed);
            throw error;
        }
    }
}

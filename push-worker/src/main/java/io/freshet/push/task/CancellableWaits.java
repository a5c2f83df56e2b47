package io.freshet.push.task;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Waits of one task's threads before they send something: for a node, for permits, for the next attempt. The task's
 * cancellation ends them, but no request in flight.
 */
final class CancellableWaits {

    /** Blocking call without a result. */
    interface Wait {
        void run() throws InterruptedException;
    }

    /** Blocking call with a result. */
    interface WaitFor<T> {
        T get() throws InterruptedException;
    }

    private final Set<Thread> waiting = new HashSet<>();
    private boolean cancelled;

    /** Ends all waits, and those to come at once. */
    synchronized void cancel() {
        cancelled = true;
        waiting.forEach(Thread::interrupt);
    }

    /**
     * Waits.
     *
     * @throws PushCancelledException if the task is cancelled
     * @throws InterruptedException if the task is abandoned
     */
    void await(Wait wait) throws InterruptedException, PushCancelledException {
        get(() -> {
            wait.run();
            return true;
        });
    }

    /**
     * Waits for a result.
     *
     * @throws PushCancelledException if the task is cancelled
     * @throws InterruptedException if the task is abandoned
     */
    <T> T get(WaitFor<T> wait) throws InterruptedException, PushCancelledException {
        begin();
        try {
            return wait.get();
        } catch (InterruptedException e) {
            throwIfCancelled();
            throw e;
        } finally {
            end();
        }
    }

    void sleep(Duration time) throws InterruptedException, PushCancelledException {
        await(() -> Thread.sleep(time));
    }

    private synchronized void begin() throws PushCancelledException {
        throwIfCancelled();
        waiting.add(Thread.currentThread());
    }

    private synchronized void throwIfCancelled() throws PushCancelledException {
        if (cancelled) {
            throw new PushCancelledException();
        }
    }

    /** Clears an interrupt that came after the end of the wait, so that it does not hit the request that follows. */
    private synchronized void end() {
        if (waiting.remove(Thread.currentThread()) && cancelled) {
            Thread.interrupted();
        }
    }
}

package io.freshet.purge.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Queue of the purges for one node. Starts workers that empty it, each with a connection, as many as there is work for
 * and the limits allow.
 */
final class PurgeQueue {

    /** Worker that takes purges from the queue on its own thread. */
    interface QueueWorker {

        void start();

        /** Ends the worker soon. It must complete or requeue every purge that it has taken. */
        void abort();
    }

    private static final long IDLE_SECONDS = 30;

    private final LinkedBlockingDeque<PurgeAttempt> queue = new LinkedBlockingDeque<>();
    private final Set<QueueWorker> workers = ConcurrentHashMap.newKeySet();
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger idle = new AtomicInteger();
    private final AtomicInteger stalled = new AtomicInteger();
    private final NodeProperties properties;
    private final Supplier<? extends QueueWorker> newWorker;

    PurgeQueue(NodeProperties properties, Supplier<? extends QueueWorker> newWorker) {
        this.properties = properties;
        this.newWorker = newWorker;
    }

    /** Adds a purge. Never blocks: the callers bound the purges in flight. */
    void add(PurgeAttempt attempt) {
        attempt.queuedAt = System.nanoTime();
        queue.add(attempt);
        wakeWorker();
    }

    /** Returns taken purges to the head of the queue, in their order. */
    void requeue(List<PurgeAttempt> attempts) {
        attempts.reversed().forEach(queue::addFirst);
        wakeWorker();
    }

    /**
     * Takes purges for one connection and waits until there are any. All connections share the queue equally, so that
     * few purges do not wait for each other's answers on one connection while others are idle.
     *
     * @return empty if there were none for so long that the worker must end
     */
    List<PurgeAttempt> take() throws InterruptedException {
        PurgeAttempt first = queue.poll();
        if (first == null) {
            first = await();
        }
        if (first == null) {
            return List.of();
        }
        List<PurgeAttempt> taken = new ArrayList<>();
        taken.add(first);
        drainShare(taken, properties.maxPipelinedRequests() - 1);
        return taken;
    }

    /** Takes purges as {@link #take} does, without waiting. */
    List<PurgeAttempt> poll(int max) {
        List<PurgeAttempt> taken = new ArrayList<>();
        drainShare(taken, max);
        return taken;
    }

    private void drainShare(List<PurgeAttempt> into, int max) {
        int share = Math.ceilDiv(queue.size(), properties.maxConnections());
        queue.drainTo(into, Math.min(share, max));
    }

    private @Nullable PurgeAttempt await() throws InterruptedException {
        idle.incrementAndGet();
        try {
            return queue.poll(IDLE_SECONDS, TimeUnit.SECONDS);
        } finally {
            idle.decrementAndGet();
        }
    }

    private void wakeWorker() {
        int now = active.get();
        while (idle.get() == 0 && now < properties.maxConnections()) {
            if (active.compareAndSet(now, now + 1)) {
                QueueWorker worker = newWorker.get();
                workers.add(worker);
                worker.start();
                return;
            }
            now = active.get();
        }
    }

    /**
     * Allows another worker in place of one whose connection is stalled.
     *
     * @return false if too many are stalled; if true, the stalled worker must end after its answer
     */
    boolean replaceStalled() {
        if (stalled.incrementAndGet() > properties.maxStalledConnections()) {
            stalled.decrementAndGet();
            return false;
        }
        active.decrementAndGet();
        wakeWorkerIfNotEmpty();
        return true;
    }

    /** Forgets a worker that has ended. */
    void workerEnded(QueueWorker worker, boolean wasReplaced) {
        workers.remove(worker);
        (wasReplaced ? stalled : active).decrementAndGet();
        wakeWorkerIfNotEmpty(); // a purge may have come after the worker's last poll
    }

    private void wakeWorkerIfNotEmpty() {
        if (!queue.isEmpty()) {
            wakeWorker();
        }
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Returns for how long the head of the queue has waited; 0 if the queue is empty. */
    long waitedNanos() {
        PurgeAttempt first = queue.peek();
        return first == null ? 0 : System.nanoTime() - first.queuedAt;
    }

    /** Removes and returns all waiting purges. */
    List<PurgeAttempt> drain() {
        List<PurgeAttempt> waiting = new ArrayList<>();
        queue.drainTo(waiting);
        return waiting;
    }

    /** Aborts all workers. */
    void abort() {
        workers.forEach(QueueWorker::abort);
    }
}

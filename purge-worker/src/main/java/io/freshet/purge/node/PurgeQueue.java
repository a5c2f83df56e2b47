package io.freshet.purge.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What waits to be sent to a node, and the senders that empty it, each with a connection of its own: as many as there is work for. */
final class PurgeQueue {

    private static final long IDLE_SECONDS = 30;

    private final LinkedBlockingDeque<PurgeAttempt> queue = new LinkedBlockingDeque<>();
    private final Set<PurgeSender> senders = ConcurrentHashMap.newKeySet();
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger idle = new AtomicInteger();
    private final AtomicInteger stalled = new AtomicInteger();
    private final NodeProperties settings;
    private final Function<PurgeQueue, PurgeSender> newSender;

    PurgeQueue(NodeProperties settings, Function<PurgeQueue, PurgeSender> newSender) {
        this.settings = settings;
        this.newSender = newSender;
    }

    /** Never blocks: callers bound what they have in flight. */
    void add(PurgeAttempt attempt) {
        attempt.queuedAt = System.nanoTime();
        queue.add(attempt);
        wakeSender();
    }

    /** Puts back what was taken and not answered, before everything else and in its order. */
    void putBack(List<PurgeAttempt> attempts) {
        attempts.reversed().forEach(queue::addFirst);
        wakeSender();
    }

    /**
     * Waits for work. What there is at once is shared by all connections, so that a few requests do not wait for each other's answers on one
     * while others are idle.
     *
     * @return empty if there was none for so long that the sender is to end
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
        takeAtOnce(taken, settings.pipelined() - 1);
        return taken;
    }

    /** As {@link #take}, but does not wait. */
    List<PurgeAttempt> takeAtOnce(int most) {
        List<PurgeAttempt> taken = new ArrayList<>();
        takeAtOnce(taken, most);
        return taken;
    }

    private void takeAtOnce(List<PurgeAttempt> into, int most) {
        int share = Math.ceilDiv(queue.size(), settings.connections());
        queue.drainTo(into, Math.min(share, most));
    }

    private @Nullable PurgeAttempt await() throws InterruptedException {
        idle.incrementAndGet();
        try {
            return queue.poll(IDLE_SECONDS, TimeUnit.SECONDS);
        } finally {
            idle.decrementAndGet();
        }
    }

    private void wakeSender() {
        int now = active.get();
        while (idle.get() == 0 && now < settings.connections()) {
            if (active.compareAndSet(now, now + 1)) {
                PurgeSender sender = newSender.apply(this);
                senders.add(sender);
                sender.start();
                return;
            }
            now = active.get();
        }
    }

    /**
     * A sender waits for an answer that takes long.
     *
     * @return whether another takes its place; it must end when it has the answer then
     */
    boolean stalled() {
        if (stalled.incrementAndGet() > settings.stalledConnections()) {
            stalled.decrementAndGet();
            return false;
        }
        active.decrementAndGet();
        wakeIfNeeded();
        return true;
    }

    /** A sender has ended. */
    void ended(PurgeSender sender, boolean wasReplaced) {
        senders.remove(sender);
        (wasReplaced ? stalled : active).decrementAndGet();
        wakeIfNeeded(); // something may have come between its last look at the queue and now
    }

    private void wakeIfNeeded() {
        if (!queue.isEmpty()) {
            wakeSender();
        }
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** How long the first in the queue has waited; 0 if there is none. */
    long waitedNanos() {
        PurgeAttempt first = queue.peek();
        return first == null ? 0 : System.nanoTime() - first.queuedAt;
    }

    /** Takes back all that waits. */
    List<PurgeAttempt> empty() {
        List<PurgeAttempt> waiting = new ArrayList<>();
        queue.drainTo(waiting);
        return waiting;
    }

    /** Ends all senders; what they have no answer for, they see to. */
    void breakOff() {
        senders.forEach(PurgeSender::breakOff);
    }
}

package io.freshet.purge.node;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Purges of one account that wait for one node, and the connections that send them. Guarded by {@link PurgeQueue}. */
final class AccountQueue {

    private final Deque<PurgeAttempt> waiting = new ArrayDeque<>();

    /** Connections that send this account's purges, without stalled ones. */
    int connections;

    /** Connections that wait for one late answer each. */
    int stalled;

    private long lastStall = System.nanoTime() - Long.MAX_VALUE / 2;

    void add(PurgeAttempt attempt) {
        waiting.addLast(attempt);
    }

    void addFirst(List<PurgeAttempt> attempts) {
        attempts.reversed().forEach(waiting::addFirst);
    }

    int size() {
        return waiting.size();
    }

    /** Removes and returns the first purges, at most this many. */
    List<PurgeAttempt> take(int max) {
        int count = Math.min(max, waiting.size());
        List<PurgeAttempt> taken = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            taken.add(waiting.removeFirst());
        }
        return taken;
    }

    /** Moves the cancelled purges to this list, except those that only wait for a look. */
    void removeCancelled(List<PurgeAttempt> removed) {
        waiting.removeIf(attempt -> {
            boolean isRemoved = attempt.isCancelled() && attempt.unverified == null;
            if (isRemoved) {
                removed.add(attempt);
            }
            return isRemoved;
        });
    }

    void noteStall() {
        lastStall = System.nanoTime();
    }

    /**
     * Returns for how long the first purge has waited because the node is slow; 0 if none waits, or if purges of this
     * account have stalled within this time: then they wait for each other.
     */
    long waitedForNode(long now, long stallMemoryNanos) {
        PurgeAttempt first = waiting.peekFirst();
        boolean isStalling = stalled > 0 || now - lastStall < stallMemoryNanos;
        return first == null || isStalling ? 0 : now - first.queuedAt;
    }

    boolean isUnused() {
        return waiting.isEmpty() && connections == 0 && stalled == 0;
    }
}

package io.freshet.purge.node;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Reachability of all nodes, as this worker sees it. Tells a node that does not answer from a worker that reaches no
 * node: the latter is the worker's own failure, unless it is the only worker. See docs/adr/0013.
 */
public final class NodeReachability {

    private final Map<String, Long> answered = new HashMap<>();
    private final Map<String, Long> failingSince = new HashMap<>();
    private final Set<String> nodes = new HashSet<>();
    private boolean onlyWorker;

    synchronized void add(String node) {
        nodes.add(node);
    }

    /** Forgets a node that is not part of the fleet any more. */
    synchronized void remove(String node) {
        nodes.remove(node);
        answered.remove(node);
        failingSince.remove(node);
    }

    /** Records that the node has answered, with whatever status. */
    synchronized void answered(String node) {
        answered.put(node, System.nanoTime());
        failingSince.remove(node);
    }

    /**
     * Records that the node does not answer.
     *
     * @return whether the node is at fault: another has answered since this one began to fail
     */
    synchronized boolean failed(String node) {
        long since = failingSince.computeIfAbsent(node, _ -> System.nanoTime());
        return onlyWorker
                || answered.entrySet().stream()
                        .anyMatch(other -> !other.getKey().equals(node) && other.getValue() - since > 0);
    }

    /** Returns whether no node at all answers this worker. */
    public synchronized boolean isIsolated() {
        return !nodes.isEmpty() && failingSince.keySet().containsAll(nodes);
    }

    /**
     * Sets whether this is the only worker.
     *
     * @param onlyWorker if true, a node that does not answer is at fault even if no other node answers
     */
    public synchronized void setOnlyWorker(boolean onlyWorker) {
        this.onlyWorker = onlyWorker;
    }
}

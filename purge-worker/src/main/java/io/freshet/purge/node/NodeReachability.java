package io.freshet.purge.node;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Whether this worker's view of the nodes can be believed. That one node does not answer says something about the node; that none does says
 * more about the worker, as long as nobody has found out that no other worker is there to do better.
 */
public final class NodeReachability {

    private final Map<String, Long> answered = new HashMap<>();
    private final Map<String, Long> failingSince = new HashMap<>();
    private final Set<String> nodes = new HashSet<>();
    private boolean alone;

    synchronized void add(String node) {
        nodes.add(node);
    }

    /** The node has answered, whatever it was. */
    synchronized void answered(String node) {
        answered.put(node, System.nanoTime());
        failingSince.remove(node);
    }

    /**
     * The node does not answer.
     *
     * @return whether that is the node's fault: another has answered since this one began to fail
     */
    synchronized boolean failed(String node) {
        long since = failingSince.computeIfAbsent(node, _ -> System.nanoTime());
        return alone
                || answered.entrySet().stream()
                        .anyMatch(other -> !other.getKey().equals(node) && other.getValue() - since > 0);
    }

    /** Whether no node at all answers. */
    public synchronized boolean isCutOff() {
        return !nodes.isEmpty() && failingSince.keySet().containsAll(nodes);
    }

    /**
     * @param alone nobody is there who could do better: what this worker sees is what there is
     */
    public synchronized void isAlone(boolean alone) {
        this.alone = alone;
    }
}

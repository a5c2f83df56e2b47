package io.freshet.gateway.live;

import io.freshet.contracts.message.ObjectState;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The nodes that have not received some of a task's objects, with one bit for each object. */
final class MissingNodes {

    private final Map<String, BitSet> objectsByNode = new TreeMap<>();

    /** Replaces the missing nodes of one object. */
    void set(ObjectState object) {
        if (object.nodes() == 0) {
            return; // the sender does not know them
        }
        objectsByNode.values().forEach(objects -> objects.clear(object.index()));
        object.missing()
                .forEach(node ->
                        objectsByNode.computeIfAbsent(node, _ -> new BitSet()).set(object.index()));
        objectsByNode.values().removeIf(BitSet::isEmpty);
    }

    /**
     * Adds nodes of which the missing objects are unknown: every object counts as missing until its own state arrives.
     */
    void addUnspecified(List<String> nodes, int objectCount) {
        nodes.forEach(node -> objectsByNode.computeIfAbsent(node, _ -> {
            BitSet all = new BitSet(objectCount);
            all.set(0, objectCount);
            return all;
        }));
    }

    /** Removes all other nodes. */
    void retain(List<String> nodes) {
        objectsByNode.keySet().retainAll(nodes);
    }

    void clear() {
        objectsByNode.clear();
    }

    List<String> nodes() {
        return List.copyOf(objectsByNode.keySet());
    }
}

package io.freshet.gateway.live;

import io.freshet.contracts.message.ObjectState;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which nodes still owe which objects of a task, at one bit each. */
final class MissingNodes {

    private final Map<String, BitSet> objectsByNode = new TreeMap<>();

    /** An object's nodes are these now, and no others. */
    void set(ObjectState object) {
        if (object.nodes() == 0) {
            return; // the teller does not know them
        }
        objectsByNode.values().forEach(objects -> objects.clear(object.index()));
        object.missing()
                .forEach(node ->
                        objectsByNode.computeIfAbsent(node, _ -> new BitSet()).set(object.index()));
        objectsByNode.values().removeIf(BitSet::isEmpty);
    }

    /** These nodes owe something, it is not known what: any object, until its own state is told. */
    void some(List<String> nodes, int objectCount) {
        nodes.forEach(node -> objectsByNode.computeIfAbsent(node, _ -> {
            BitSet all = new BitSet(objectCount);
            all.set(0, objectCount);
            return all;
        }));
    }

    /** No other nodes than these owe anything. */
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

package io.freshet.task.writer;

import io.freshet.contracts.message.NodeAnswer;
import io.freshet.contracts.message.NodeAnswers;
import io.freshet.contracts.message.ObjectsProgressed;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Nodes that have answered purges of a task. The task store holds each set of them as a string of bits. */
final class AnsweringNodes {

    private final String[] ids;

    /** @param ids in the order of their bits; may hold more nodes later, but no node moves */
    AnsweringNodes(String[] ids) {
        this.ids = ids;
    }

    /** Returns the nodes of which an event holds answers. */
    static Set<String> of(ObjectsProgressed event) {
        NodeAnswers answers = event.answers();
        Set<String> nodes = new HashSet<>();
        if (answers != null) {
            for (NodeAnswer answer : NodeAnswer.values()) {
                nodes.addAll(answers.of(answer).keySet());
            }
        }
        return nodes;
    }

    /**
     * Returns the nodes that have answered for an object, as zeros and ones; null if none has.
     *
     * @param objectsByNode positions of objects, by node id
     * @param position of the object
     */
    @Nullable
    String bits(Map<String, BitSet> objectsByNode, int position) {
        if (objectsByNode.isEmpty()) {
            return null;
        }
        char[] bits = new char[ids.length];
        boolean any = false;
        for (int node = 0; node < ids.length; node++) {
            BitSet objects = objectsByNode.get(ids[node]);
            boolean has = objects != null && objects.get(position);
            bits[node] = has ? '1' : '0';
            any |= has;
        }
        return any ? new String(bits) : null;
    }
}

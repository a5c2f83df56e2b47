package io.freshet.purge.dispatch;

import io.freshet.contracts.message.NodeAnswer;
import io.freshet.contracts.message.NodeAnswers;
import io.freshet.purge.driver.PurgeOutcome;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Answers of nodes to the purges of one refresh, one bit for each. Not thread-safe: guarded by its refresh. */
final class ObjectAnswers {

    private final List<String> nodes;
    private final BitSet[] purged;
    private final BitSet[] absent;
    private final BitSet[] banned;

    ObjectAnswers(List<String> nodes) {
        this.nodes = nodes;
        this.purged = new BitSet[nodes.size()];
        this.absent = new BitSet[nodes.size()];
        this.banned = new BitSet[nodes.size()];
    }

    void add(int node, int object, PurgeOutcome.Gone answer) {
        BitSet[] objectsByNode =
                switch (answer) {
                    case PURGED -> purged;
                    case ABSENT -> absent;
                    case BANNED -> banned;
                };
        if (objectsByNode[node] == null) {
            objectsByNode[node] = new BitSet();
        }
        objectsByNode[node].set(object);
    }

    /** Returns the objects that the node had. */
    IntStream purged(int node) {
        return purged[node] == null ? IntStream.empty() : purged[node].stream();
    }

    /**
     * Returns the answers to some objects, with the refusals.
     *
     * @param objects in ascending order, as the event holds them
     * @param refused objects by node that it refuses now
     */
    NodeAnswers of(BitSet objects, BitSet[] refused) {
        int[] reported = objects.stream().toArray();
        Map<NodeAnswer, Map<String, BitSet>> answers = new EnumMap<>(NodeAnswer.class);
        answers.put(NodeAnswer.PURGED, positions(reported, purged));
        answers.put(NodeAnswer.ABSENT, positions(reported, absent));
        answers.put(NodeAnswer.BANNED, positions(reported, banned));
        answers.put(NodeAnswer.REFUSED, positions(reported, refused));
        return NodeAnswers.of(answers);
    }

    private Map<String, BitSet> positions(int[] reported, BitSet[] objectsByNode) {
        Map<String, BitSet> positions = new HashMap<>();
        for (int node = 0; node < objectsByNode.length; node++) {
            BitSet objects = objectsByNode[node];
            if (objects != null && !objects.isEmpty()) {
                positions.put(nodes.get(node), positions(reported, objects));
            }
        }
        return positions;
    }

    private static BitSet positions(int[] reported, BitSet objects) {
        BitSet positions = new BitSet(reported.length);
        for (int position = 0; position < reported.length; position++) {
            positions.set(position, objects.get(reported[position]));
        }
        return positions;
    }
}

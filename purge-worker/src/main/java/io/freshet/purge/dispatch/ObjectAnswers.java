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
import org.jspecify.annotations.Nullable;

/** Answers of nodes to the purges of one refresh, one bit for each. Not thread-safe: guarded by its refresh. */
final class ObjectAnswers {

    private final List<String> nodes;
    private final @Nullable BitSet[] purged;
    private final @Nullable BitSet[] absent;
    private final @Nullable BitSet[] banned;
    private final @Nullable BitSet[] verified;
    private final @Nullable BitSet[] stillServed;

    ObjectAnswers(List<String> nodes) {
        this.nodes = nodes;
        this.purged = new BitSet[nodes.size()];
        this.absent = new BitSet[nodes.size()];
        this.banned = new BitSet[nodes.size()];
        this.verified = new BitSet[nodes.size()];
        this.stillServed = new BitSet[nodes.size()];
    }

    void add(int node, int object, PurgeOutcome.Gone answer) {
        @Nullable
        BitSet[] objectsByNode = switch (answer) {
            case PURGED -> purged;
            case ABSENT -> absent;
            case BANNED -> banned;
        };
        add(objectsByNode, node, object);
    }

    void addVerified(int node, int object) {
        add(verified, node, object);
    }

    void addStillServed(int node, int object) {
        add(stillServed, node, object);
    }

    private static void add(@Nullable BitSet[] objectsByNode, int node, int object) {
        BitSet objects = objectsByNode[node];
        if (objects == null) {
            objects = new BitSet();
            objectsByNode[node] = objects;
        }
        objects.set(object);
    }

    /** Returns the objects that the node had. */
    IntStream purged(int node) {
        BitSet objects = purged[node];
        return objects == null ? IntStream.empty() : objects.stream();
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
        answers.put(NodeAnswer.VERIFIED, positions(reported, verified));
        answers.put(NodeAnswer.STILL_SERVED, positions(reported, stillServed));
        return NodeAnswers.of(answers);
    }

    private Map<String, BitSet> positions(int[] reported, @Nullable BitSet[] objectsByNode) {
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

package io.freshet.contracts.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.util.StdConverter;

/**
 * Answers of nodes to the purges of an event's objects, with one bit for each object and node. Each map holds, by node
 * id, the positions of objects in the event, from 0. A pair without an answer is in none of them: the node has not
 * answered, or it is unknown whether it had the object.
 *
 * @param purged objects that the node had
 * @param absent objects that the node did not have
 * @param banned objects that the node drops without telling whether it had them
 * @param refused objects that the node has refused to purge
 * @param verified objects of which a look after the purge has found no old copy
 * @param stillServed objects of which a look after the second purge has found an old copy
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record NodeAnswers(
        @JsonSerialize(contentConverter = ToBytes.class) @JsonDeserialize(contentConverter = FromBytes.class)
        Map<String, BitSet> purged,

        @JsonSerialize(contentConverter = ToBytes.class) @JsonDeserialize(contentConverter = FromBytes.class)
        Map<String, BitSet> absent,

        @JsonSerialize(contentConverter = ToBytes.class) @JsonDeserialize(contentConverter = FromBytes.class)
        Map<String, BitSet> banned,

        @JsonSerialize(contentConverter = ToBytes.class) @JsonDeserialize(contentConverter = FromBytes.class)
        Map<String, BitSet> refused,

        @JsonSerialize(contentConverter = ToBytes.class) @JsonDeserialize(contentConverter = FromBytes.class)
        Map<String, BitSet> verified,

        @JsonSerialize(contentConverter = ToBytes.class) @JsonDeserialize(contentConverter = FromBytes.class)
        Map<String, BitSet> stillServed) {

    /** No answer. */
    public static final NodeAnswers NONE = of(Map.of());

    /** Upper bound of a node's entry in JSON without its id and its bits: quotes, a colon and a comma. */
    private static final int ENTRY_BYTES = 6;

    /** Upper bound of the names and braces in JSON. */
    private static final int FIXED_BYTES = 140;

    public NodeAnswers {
        purged = sorted(purged);
        absent = sorted(absent);
        banned = sorted(banned);
        refused = sorted(refused);
        verified = sorted(verified);
        stillServed = sorted(stillServed);
    }

    /** Returns the answers that are given by kind; a kind without answers may be missing. */
    public static NodeAnswers of(Map<NodeAnswer, Map<String, BitSet>> answers) {
        return new NodeAnswers(
                answers.getOrDefault(NodeAnswer.PURGED, Map.of()),
                answers.getOrDefault(NodeAnswer.ABSENT, Map.of()),
                answers.getOrDefault(NodeAnswer.BANNED, Map.of()),
                answers.getOrDefault(NodeAnswer.REFUSED, Map.of()),
                answers.getOrDefault(NodeAnswer.VERIFIED, Map.of()),
                answers.getOrDefault(NodeAnswer.STILL_SERVED, Map.of()));
    }

    /** Returns the positions of the objects that nodes have answered like this, by node id. */
    public Map<String, BitSet> of(NodeAnswer answer) {
        return switch (answer) {
            case PURGED -> purged;
            case ABSENT -> absent;
            case BANNED -> banned;
            case REFUSED -> refused;
            case VERIFIED -> verified;
            case STILL_SERVED -> stillServed;
        };
    }

    /** Returns a copy without nodes that have no object. */
    private static Map<String, BitSet> sorted(@Nullable Map<String, BitSet> objectsByNode) {
        Map<String, BitSet> sorted = new TreeMap<>();
        if (objectsByNode != null) {
            objectsByNode.forEach((node, objects) -> {
                if (!objects.isEmpty()) {
                    sorted.put(node, (BitSet) objects.clone());
                }
            });
        }
        return sorted;
    }

    /** Returns the answers to some of the objects, which have the positions from 0 in the result. */
    NodeAnswers slice(int from, int to) {
        Map<NodeAnswer, Map<String, BitSet>> slices = new EnumMap<>(NodeAnswer.class);
        for (NodeAnswer answer : NodeAnswer.values()) {
            Map<String, BitSet> slice = new TreeMap<>();
            of(answer).forEach((node, objects) -> slice.put(node, objects.get(from, to)));
            slices.put(answer, slice);
        }
        return of(slices);
    }

    /** Returns the number of objects that the answers are about at least: the greatest position plus 1. */
    int minObjects() {
        return all().flatMap(map -> map.values().stream())
                .mapToInt(BitSet::length)
                .max()
                .orElse(0);
    }

    /** Returns an upper bound of the size in JSON, in bytes, of the answers to so many of the objects. */
    int maxJsonBytes(int objects) {
        int bits = Math.ceilDiv(Math.ceilDiv(objects, Byte.SIZE), 3) * 4; // Base64
        return all().flatMap(map -> map.keySet().stream())
                .mapToInt(node -> ObjectState.jsonBytes(node) + ENTRY_BYTES + bits)
                .reduce(FIXED_BYTES, Math::addExact);
    }

    private Stream<Map<String, BitSet>> all() {
        return Stream.of(purged, absent, banned, refused, verified, stillServed);
    }

    /** Bits as bytes, which JSON holds in Base64. */
    static final class ToBytes extends StdConverter<BitSet, byte[]> {

        @Override
        public byte[] convert(BitSet bits) {
            return bits.toByteArray();
        }
    }

    /** Bytes as bits. */
    static final class FromBytes extends StdConverter<byte[], BitSet> {

        @Override
        public BitSet convert(byte[] bytes) {
            return BitSet.valueOf(Objects.requireNonNull(bytes, "objects of a node"));
        }
    }
}

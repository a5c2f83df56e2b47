package io.freshet.purge.partition;

import java.util.BitSet;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Objects that one healthy node has not completed, by the offsets of their commands. The objects are numbered as in
 * their tasks.
 */
final class IncompleteCommands {

    private final NavigableMap<Long, BitSet> objects = new TreeMap<>();

    void add(long offset, BitSet more) {
        objects.computeIfAbsent(offset, _ -> new BitSet()).or(more);
    }

    void remove(long offset, BitSet completed) {
        objects.computeIfPresent(offset, (_, rest) -> {
            rest.andNot(completed);
            return rest.isEmpty() ? null : rest;
        });
    }

    boolean contains(long offset) {
        return objects.containsKey(offset);
    }

    /** Returns a copy of the objects of one command. */
    BitSet of(long offset) {
        BitSet copy = new BitSet();
        copy.or(objects.getOrDefault(offset, new BitSet()));
        return copy;
    }

    /** Forgets commands that have left the topic. */
    void trim(long beginning) {
        objects.headMap(beginning).clear();
    }
}

package io.freshet.purge.delivery;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A set of offsets, kept as runs without gaps: small where neighbours are alike. It forgets the lowest rather than grow without bounds. */
final class OffsetRangeSet {

    private static final int MAX_RUNS = 10_000;

    /** By the first offset of each run, the one behind its last. */
    private final NavigableMap<Long, Long> ends = new TreeMap<>();

    void add(long offset) {
        Map.Entry<Long, Long> before = ends.floorEntry(offset);
        if (before != null && before.getValue() > offset) {
            return;
        }
        long start = before != null && before.getValue() == offset ? before.getKey() : offset;
        Long endOfNext = ends.remove(offset + 1);
        ends.put(start, endOfNext == null ? offset + 1 : endOfNext);
        if (ends.size() > MAX_RUNS) {
            ends.pollFirstEntry();
        }
    }

    /** The first offset from here on that is not in the set. */
    long firstMissing(long from) {
        Map.Entry<Long, Long> run = ends.floorEntry(from);
        return run == null ? from : Math.max(from, run.getValue());
    }

    /** Lets go of the runs that end here or before. */
    void forgetBelow(long offset) {
        while (!ends.isEmpty() && ends.firstEntry().getValue() <= offset) {
            ends.pollFirstEntry();
        }
    }
}

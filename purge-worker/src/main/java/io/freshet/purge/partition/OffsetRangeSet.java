package io.freshet.purge.partition;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Set of offsets, stored as ranges. Beyond a maximum number of ranges it drops the lowest one. */
final class OffsetRangeSet {

    private static final int MAX_RANGES = 10_000;

    /** End (exclusive) of each range, by its first offset. */
    private final NavigableMap<Long, Long> ends = new TreeMap<>();

    void add(long offset) {
        Map.Entry<Long, Long> before = ends.floorEntry(offset);
        if (before != null && before.getValue() > offset) {
            return;
        }
        long start = before != null && before.getValue() == offset ? before.getKey() : offset;
        Long endOfNext = ends.remove(offset + 1);
        ends.put(start, endOfNext == null ? offset + 1 : endOfNext);
        if (ends.size() > MAX_RANGES) {
            ends.pollFirstEntry();
        }
    }

    /** Returns the first offset from here on that is not in the set. */
    long firstMissing(long from) {
        Map.Entry<Long, Long> range = ends.floorEntry(from);
        return range == null ? from : Math.max(from, range.getValue());
    }

    /** Removes the ranges that end at this offset or before. */
    void removeBelow(long offset) {
        while (!ends.isEmpty() && ends.firstEntry().getValue() <= offset) {
            ends.pollFirstEntry();
        }
    }
}

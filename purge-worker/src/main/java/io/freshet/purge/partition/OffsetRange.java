package io.freshet.purge.partition;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Range of offsets that is to be read again.
 *
 * @param from the first offset
 * @param to the offset after the last
 */
public record OffsetRange(long from, long to) {

    /** Returns the fewest ranges that hold the same offsets, in order. */
    static List<OffsetRange> union(Collection<OffsetRange> ranges) {
        List<OffsetRange> union = new ArrayList<>();
        ranges.stream()
                .filter(range -> range.from() < range.to())
                .sorted(Comparator.comparingLong(OffsetRange::from))
                .forEach(range -> {
                    if (union.isEmpty() || union.getLast().to() < range.from()) {
                        union.add(range);
                    } else {
                        OffsetRange last = union.removeLast();
                        union.add(new OffsetRange(last.from(), Math.max(last.to(), range.to())));
                    }
                });
        return union;
    }
}

package io.freshet.purge.partition;

import io.freshet.contracts.CursorState;
import io.freshet.purge.cursor.Cursor;
import io.freshet.purge.cursor.Cursors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that have left the fleet, and the commands that waited for them. The progress of these commands is reported
 * once without the nodes. Their cursors stay, so that a node that returns catches up.
 */
final class Retirement {

    /** Nodes that a text names at most. */
    private static final int MAX_NAMED = 3;

    /** Cursors of the nodes that have left since the last report, by id. */
    private final Map<String, Cursors> left = new TreeMap<>();

    /** First command that each of these nodes has not received. */
    private final Map<String, Long> missingFrom = new TreeMap<>();

    /** Ids of those of these nodes that have not completed some objects of a command that they received. */
    private final Map<Long, NavigableSet<String>> incomplete = new TreeMap<>();

    /** Ranges whose progress is still to be reported. */
    private final Deque<OffsetRange> ranges = new ArrayDeque<>();

    /** Position at which the partition was opened: no later command was sent to a node that had left. */
    private long end;

    /** Offset below which the nodes of the fleet had received every second purge when the partition was opened. */
    private long settled;

    private boolean isReported;

    /**
     * Finds the nodes that have left.
     *
     * @param committed cursors by id of nodes that are not part of the fleet
     * @param settledInFleet offset below which the nodes of the fleet have received every second purge
     */
    void open(Map<String, Cursors> committed, PartitionOffsets offsets, long settledInFleet) {
        List.of(left, missingFrom, incomplete).forEach(Map::clear);
        ranges.clear();
        end = offsets.position();
        settled = settledInFleet;
        committed.forEach((node, cursors) -> {
            if (!cursors.retired()) {
                left.put(node, cursors);
            }
        });
        List<OffsetRange> awaited = new ArrayList<>();
        left.forEach((node, cursors) -> {
            Cursor applied = cursors.applied();
            if (applied.topicId().equals(offsets.topicId())) {
                boolean lost = applied.state() == CursorState.LOST;
                long received = lost ? offsets.beginning() : Math.max(applied.offset(), offsets.beginning());
                long settledByNode = lost ? received : Math.max(cursors.settled(), offsets.beginning());
                missingFrom.put(node, received);
                awaited.add(new OffsetRange(Math.min(settledByNode, received), end));
            }
        });
        ranges.addAll(OffsetRange.union(awaited));
    }

    /** Notes that a node that has left has not completed some objects of the command at this offset. */
    void noteIncomplete(String node, long offset) {
        if (left.containsKey(node)) {
            incomplete.computeIfAbsent(offset, _ -> new TreeSet<>()).add(node);
            ranges.add(new OffsetRange(offset, offset + 1));
        }
    }

    /** Returns the next range to report. */
    Optional<OffsetRange> next() {
        isReported |= ranges.isEmpty();
        return Optional.ofNullable(ranges.peek());
    }

    /** Returns whether the command at this offset belongs to the range to report now. */
    boolean concerns(long offset) {
        OffsetRange range = ranges.peek();
        return range != null && range.from() <= offset && offset < range.to();
    }

    /** Notes that everything below this offset of the present range was reported. */
    void reportedBelow(long offset) {
        OffsetRange range = ranges.peek();
        if (range != null && offset > range.from()) {
            ranges.remove();
            if (offset < range.to()) {
                ranges.addFirst(new OffsetRange(offset, range.to()));
            }
        }
    }

    /** Returns whether the command at this offset may have waited for none but nodes that have left. */
    boolean mayHaveWaited(long offset) {
        return offset < settled || remark(offset) != null;
    }

    /** Returns the cursors of the nodes that nothing waits for any more, to be written; empty before the report. */
    Map<String, Cursors> reported() {
        return isReported
                ? left.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, node -> node.getValue().retire()))
                : Map.of();
    }

    /** Notes that the cursors have been written. */
    void written() {
        left.clear();
    }

    /** Returns which nodes have left before they completed the command at this offset; null if none. */
    @Nullable
    String remark(long offset) {
        NavigableSet<String> without = new TreeSet<>(incomplete.getOrDefault(offset, new TreeSet<>()));
        missingFrom.forEach((node, from) -> {
            if (from <= offset && offset < end) {
                without.add(node);
            }
        });
        return switch (without.size()) {
            case 0 -> null;
            case 1 -> "without " + without.first() + ", which has left the fleet";
            case 2, MAX_NAMED -> "without " + String.join(", ", without) + ", which have left the fleet";
            default -> "without " + without.size() + " nodes that have left the fleet";
        };
    }
}

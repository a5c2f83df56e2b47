package io.freshet.purge.partition;

import io.freshet.purge.node.NodeChannel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Plan of the second purge: which nodes in sync are due for it, and for which offsets. */
final class ReboundPlan {

    private final NodeHierarchy nodes;
    private final Clock clock;
    private final Duration delay;

    /** Commands that need no second purge. For all others the replay finds out. */
    private final OffsetRangeSet notNeeded = new OffsetRangeSet();

    /** @param delay between the first purge and the second */
    ReboundPlan(NodeHierarchy nodes, Duration delay, Clock clock) {
        this.nodes = nodes;
        this.delay = delay;
        this.clock = clock;
    }

    /** Notes that the command at this offset needs no second purge. */
    void noteNotNeeded(long offset) {
        notNeeded.add(offset);
    }

    /** Records that a node in sync has received everything below this offset by now. */
    void recordCheckpoint(NodePosition position, long offset, Instant now) {
        if (position.isInSync()) {
            position.recordCheckpoint(now, offset, delay);
        }
    }

    /** Returns the range to replay now. Skips commands that are known to need no second purge. */
    Optional<OffsetRange> next() {
        Optional<OffsetRange> due = dueRange();
        while (due.isPresent()) {
            OffsetRange range = due.get();
            long needed = notNeeded.firstMissing(range.from());
            if (needed == range.from()) {
                break;
            }
            skip(new OffsetRange(range.from(), Math.min(needed, range.to())));
            due = dueRange();
        }
        due.ifPresent(range -> notNeeded.removeBelow(range.from()));
        return due;
    }

    private Optional<OffsetRange> dueRange() {
        Instant moment = moment();
        List<NodePosition> due = inSync().filter(position -> position.settledOffset() < position.reboundLimit(moment))
                .toList();
        return due.isEmpty()
                ? Optional.empty()
                : Optional.of(new OffsetRange(
                        due.stream()
                                .mapToLong(NodePosition::settledOffset)
                                .min()
                                .orElseThrow(),
                        due.stream()
                                .mapToLong(position -> position.reboundLimit(moment))
                                .max()
                                .orElseThrow()));
    }

    /** Returns the time before which a first purge must have been sent. */
    private Instant moment() {
        return clock.instant().minus(delay);
    }

    private Stream<NodePosition> inSync() {
        return nodes.all().stream().filter(NodePosition::isInSync);
    }

    private static boolean isDue(NodePosition position, long offset, Instant moment) {
        return position.isInSync() && position.settledOffset() <= offset && offset < position.reboundLimit(moment);
    }

    /** Returns the nodes that are due for the second purge of this offset. */
    List<NodeChannel> due(long offset) {
        Instant moment = moment();
        return nodes.all().stream()
                .filter(position -> isDue(position, offset, moment))
                .map(NodePosition::node)
                .toList();
    }

    /** Notes that these nodes have received the second purge of this offset, if it is still their next one. */
    void complete(Collection<NodeChannel> received, long offset) {
        Instant moment = moment();
        received.stream()
                .map(nodes::of)
                .filter(position -> position.settledOffset() == offset && isDue(position, offset, moment))
                .forEach(position -> position.advanceSettled(offset + 1));
    }

    /** Notes that this range needs no second purge. */
    void skip(OffsetRange range) {
        Instant moment = moment();
        inSync().filter(position -> position.settledOffset() >= range.from())
                .forEach(position -> position.advanceSettled(Math.min(range.to(), position.reboundLimit(moment))));
    }
}

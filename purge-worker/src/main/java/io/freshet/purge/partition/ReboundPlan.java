package io.freshet.purge.partition;

import io.freshet.purge.node.NodeChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Plan of the second purge: which nodes in sync are due for it, and for which offsets. The delay counts from the first
 * purge, and from the takeover if that was later: the checkpoints of a former owner are not known.
 */
final class ReboundPlan {

    private final NodeHierarchy nodes;
    private final LongSupplier nanoTime;
    private final Duration delay;

    /** Commands that need no second purge. For all others the replay finds out. */
    private final OffsetRangeSet notNeeded = new OffsetRangeSet();

    /**
     * @param delay between the first purge and the second
     * @param nanoTime monotonic time in nanoseconds
     */
    ReboundPlan(NodeHierarchy nodes, Duration delay, LongSupplier nanoTime) {
        this.nodes = nodes;
        this.delay = delay;
        this.nanoTime = nanoTime;
    }

    /** Notes that the command at this offset needs no second purge. */
    void noteNotNeeded(long offset) {
        notNeeded.add(offset);
    }

    /** Records what each node in sync has received by now, and its parents too. */
    void recordCheckpoints() {
        long now = nanoTime.getAsLong();
        long[] caps = nodes.caps(NodePosition::appliedOffset);
        inSync().forEach(position ->
                position.recordCheckpoint(now, Math.min(position.appliedOffset(), caps[position.tier()]), delay));
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
        long moment = moment();
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

    /** Returns the monotonic time before which a first purge must have been sent. */
    private long moment() {
        return nanoTime.getAsLong() - delay.toNanos();
    }

    private Stream<NodePosition> inSync() {
        return nodes.all().stream().filter(NodePosition::isInSync);
    }

    private static boolean isDue(NodePosition position, long offset, long moment) {
        return position.isInSync() && position.settledOffset() <= offset && offset < position.reboundLimit(moment);
    }

    /** Returns the nodes that are due for the second purge of this offset. */
    List<NodeChannel> due(long offset) {
        long moment = moment();
        return nodes.all().stream()
                .filter(position -> isDue(position, offset, moment))
                .map(NodePosition::node)
                .toList();
    }

    /** Notes that these nodes have received the second purge of this offset, if it is still their next one. */
    void complete(Collection<NodeChannel> received, long offset) {
        long moment = moment();
        received.stream()
                .map(nodes::of)
                .filter(position -> position.settledOffset() == offset && isDue(position, offset, moment))
                .forEach(position -> position.advanceSettled(offset + 1));
    }

    /** Notes that this range needs no second purge. */
    void skip(OffsetRange range) {
        long moment = moment();
        inSync().filter(position -> position.settledOffset() >= range.from())
                .forEach(position -> position.advanceSettled(Math.min(range.to(), position.reboundLimit(moment))));
    }
}

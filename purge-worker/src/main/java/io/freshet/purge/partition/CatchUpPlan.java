package io.freshet.purge.partition;

import io.freshet.purge.node.NodeChannel;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Plan of the catch-up: which lagging nodes are sent again what they have not received, and from which offset on. */
final class CatchUpPlan {

    private final NodeHierarchy nodes;
    private final PartitionOffsets offsets;
    private final InstantSource clock;

    CatchUpPlan(NodeHierarchy nodes, PartitionOffsets offsets, InstantSource clock) {
        this.nodes = nodes;
        this.offsets = offsets;
        this.clock = clock;
    }

    /**
     * Starts the catch-up of all lagging nodes that may be sent something again, and returns the range to replay for
     * the nodes that are catching up.
     */
    Optional<OffsetRange> next(Predicate<NodeChannel> canReceive) {
        nodes.all().stream()
                .filter(position -> !position.receivesNewCommands() && !position.isLost())
                .filter(position -> canReceive.test(position.node()))
                .forEach(NodePosition::startCatchUp);
        nodes.all().forEach(position -> position.finishCatchUp(clock.instant()));
        List<NodePosition> behind = catchingUp()
                .filter(position -> position.appliedOffset() < limit(position))
                .toList();
        return behind.isEmpty()
                ? Optional.empty()
                : Optional.of(new OffsetRange(
                        behind.stream()
                                .mapToLong(NodePosition::appliedOffset)
                                .min()
                                .orElseThrow(),
                        behind.stream().mapToLong(this::limit).max().orElseThrow()));
    }

    /** A child waits for commands in flight to its parents: purged before them, it could fetch their old copy. */
    private long limit(NodePosition position) {
        return position.tier() == 0 ? position.catchUpEnd() : Math.min(position.catchUpEnd(), offsets.firstInFlight());
    }

    private Stream<NodePosition> catchingUp() {
        return nodes.all().stream().filter(NodePosition::isCatchingUp);
    }

    /** Returns the nodes that are catching up and have not received the command at this offset. */
    List<NodeChannel> due(long offset) {
        return catchingUp()
                .filter(position -> position.appliedOffset() <= offset && offset < limit(position))
                .map(NodePosition::node)
                .toList();
    }

    /** Notes that these nodes have received the command at this offset. */
    void complete(Collection<NodeChannel> received, long offset) {
        received.forEach(node -> nodes.of(node).completeCatchUp(offset, clock.instant()));
    }

    /** Notes that this range holds nothing to send. */
    void skip(OffsetRange range) {
        nodes.all().forEach(position -> position.skipCatchUp(range, clock.instant()));
    }
}

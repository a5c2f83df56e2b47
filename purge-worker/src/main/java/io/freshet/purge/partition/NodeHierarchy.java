package io.freshet.purge.partition;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.CursorState;
import io.freshet.purge.cursor.Cursor;
import io.freshet.purge.cursor.Cursors;
import io.freshet.purge.node.NodeChannel;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Positions of all nodes by tier. Every node of a tier is a parent of every node of the tiers below. While a parent is
 * lagging, a child may fetch old copies from it. So a child's cursors never pass its parents', and a change to a parent
 * concerns its children.
 */
final class NodeHierarchy {

    private final Map<String, NodePosition> byId = new HashMap<>();

    /** All positions, parents first. */
    private final List<NodePosition> positions = new ArrayList<>();

    /** Index of the first position of each tier, and at last the number of positions. */
    private final int[] tierStarts;

    private final PartitionOffsets offsets;
    private final InstantSource clock;

    /** @param tiers of nodes, parents first */
    NodeHierarchy(List<List<NodeChannel>> tiers, PartitionOffsets offsets, InstantSource clock) {
        this.offsets = offsets;
        this.clock = clock;
        this.tierStarts = new int[tiers.size() + 1];
        for (int tier = 0; tier < tiers.size(); tier++) {
            for (NodeChannel node : tiers.get(tier)) {
                NodePosition position = new NodePosition(node, tier, offsets);
                positions.add(position);
                byId.put(position.id(), position);
            }
            tierStarts[tier + 1] = positions.size();
        }
    }

    // ---- relations

    NodePosition of(NodeChannel node) {
        return requireNonNull(byId.get(node.node().id()));
    }

    /** Returns all positions, parents first. */
    Collection<NodePosition> all() {
        return positions;
    }

    Stream<NodePosition> parents(NodePosition child) {
        return positions.subList(0, tierStarts[child.tier()]).stream();
    }

    Stream<NodePosition> descendants(NodePosition parent) {
        return positions.subList(tierStarts[parent.tier() + 1], positions.size()).stream();
    }

    /** Returns the positions of this tier and of all tiers above it; all positions if there is no such tier. */
    Stream<NodePosition> downTo(int lastTier) {
        int end = lastTier < tierStarts.length - 1 ? tierStarts[lastTier + 1] : positions.size();
        return positions.subList(0, end).stream();
    }

    /** Returns the cursors of nodes that are not part of the fleet. */
    Map<String, Cursors> notIn(Map<String, Cursors> committed) {
        Map<String, Cursors> others = new HashMap<>(committed);
        others.keySet().removeAll(byId.keySet());
        return others;
    }

    /** Returns the offset below which all nodes have received every second purge. */
    long settledBelow() {
        return positions.stream().mapToLong(NodePosition::settledOffset).min().orElse(offsets.position());
    }

    /** Returns the lowest of a node's own offset and its parents'. */
    long cappedByParents(NodePosition position, ToLongFunction<NodePosition> offset) {
        return Stream.concat(Stream.of(position), parents(position))
                .mapToLong(offset)
                .min()
                .orElseThrow();
    }

    /** Returns the cursors to commit, by node id. They never pass the parents' cursors. */
    Map<String, Cursors> cursors() {
        Instant now = clock.instant();
        long[] appliedCaps = caps(NodePosition::appliedOffset);
        long[] settledCaps = caps(NodePosition::settledOffset);
        return positions.stream().collect(Collectors.toMap(NodePosition::id, position -> {
            long applied = Math.min(position.appliedOffset(), appliedCaps[position.tier()]);
            long settled = Math.min(position.settledOffset(), settledCaps[position.tier()]);
            return position.toCursors(applied, Math.min(settled, applied), now);
        }));
    }

    /** Returns for each tier the lowest offset of the positions above it. */
    long[] caps(ToLongFunction<NodePosition> offset) {
        long[] caps = new long[tierStarts.length - 1];
        long lowest = Long.MAX_VALUE;
        for (int tier = 0; tier < caps.length; tier++) {
            caps[tier] = lowest;
            for (NodePosition position : positions.subList(tierStarts[tier], tierStarts[tier + 1])) {
                lowest = Math.min(lowest, offset.applyAsLong(position));
            }
        }
        return caps;
    }

    // ---- changes that concern children

    /** Makes a node lagging, from the first offset that it or a parent may not have received. */
    void markLagging(NodePosition position, String reason) {
        if (!position.receivesNewCommands()) {
            position.changeLagReason(reason);
            return;
        }
        position.markLagging(
                reason,
                cappedByParents(position, NodePosition::appliedOffset),
                cappedByParents(position, NodePosition::settledOffset),
                position.isInSync() ? clock.instant() : position.since()); // while catching up it lags all the time
        if (hasLostParent(position)) {
            markLost(position, clock.instant());
        }
        rewindLaggingChildren(position, position.appliedOffset());
    }

    /** Makes a node lost, and its lagging descendants with it. */
    void markLost(NodePosition position, Instant since) {
        position.markLost(since);
        descendants(position)
                .filter(child -> !child.isInSync() && !child.isLost())
                .forEach(child -> markLost(child, since));
    }

    /** Makes a node lagging from an offset that it has already passed. */
    void rewind(NodePosition position, long offset, String reason) {
        markLagging(position, reason);
        position.rewindTo(offset);
        position.limitFlushTo(offset);
        rewindLaggingChildren(position, offset);
    }

    private void rewindLaggingChildren(NodePosition parent, long offset) {
        descendants(parent).filter(child -> !child.receivesNewCommands()).forEach(child -> child.rewindTo(offset));
    }

    private boolean hasLostParent(NodePosition child) {
        return parents(child).anyMatch(NodePosition::isLost);
    }

    /** Returns false if a parent was lagging after this time: it may have given the child old copies since. */
    boolean areParentsInSyncSince(NodePosition child, Instant time) {
        return parents(child)
                .allMatch(parent -> parent.isInSync() && !parent.since().isAfter(time));
    }

    /** Notes that the topic was trimmed. Nodes whose next commands are gone become lost, unless a flush covers them. */
    void advanceBeginning(long offset) {
        offsets.advanceBeginning(offset);
        List<NodePosition> behind =
                positions.stream().filter(NodePosition::isBehindBeginning).toList();
        behind.stream()
                .filter(position -> !position.isLost() && !position.isFlushed(offsets.beginning() - 1))
                .forEach(position -> markLost(position, clock.instant()));
        behind.forEach(NodePosition::moveToBeginning);
        positions.forEach(position -> position.advanceSettled(offsets.beginning()));
    }

    // ---- taking over from another worker

    /**
     * Takes the positions over from committed cursors, as far as these can be trusted.
     *
     * @param end of the partition
     * @param committed by node id; a node without cursors has received nothing
     * @param lastAction number of the newest node action, which does not concern a node without cursors
     */
    void restore(long end, Map<String, Cursors> committed, long lastAction) {
        for (NodePosition position : positions) { // parents first
            Cursors cursors = committed.get(position.id());
            if (cursors == null) {
                Instant now = clock.instant();
                Cursor none = new Cursor(0, CursorState.LAGGING, offsets.topicId(), now, now, null, lastAction);
                cursors = new Cursors(none, none.offset());
            }
            restore(position, cursors.applied(), end, committed);
            position.restoreSettled(cursors.settled());
        }
    }

    private void restore(NodePosition position, Cursor applied, long end, Map<String, Cursors> committed) {
        position.restore(applied);
        boolean anotherTopic = !applied.topicId().equals(offsets.topicId());
        boolean unknownOffset = applied.offset() < offsets.beginning() || applied.offset() > end;
        boolean capped = applied.state() == CursorState.IN_SYNC && wasCapped(position, applied.offset(), committed);
        if (applied.state() == CursorState.LOST) {
            markLost(position, applied.since());
        } else if (anotherTopic || unknownOffset && !capped) {
            markLost(position, clock.instant());
        } else if (applied.offset() < offsets.position() && !capped) {
            Instant since = applied.state() == CursorState.LAGGING ? applied.since() : clock.instant();
            position.markLagging("has not caught up yet", applied.offset(), applied.offset(), since);
            if (hasLostParent(position)) {
                markLost(position, since);
            }
        }
    }

    /** Returns whether a child was in sync, and its cursor behind only because a parent's was. */
    private boolean wasCapped(NodePosition child, long offset, Map<String, Cursors> committed) {
        return parents(child).filter(parent -> !parent.isInSync()).anyMatch(parent -> {
            Cursors ofParent = committed.get(parent.id());
            return parent.isLost() || ofParent == null || ofParent.applied().offset() <= offset;
        });
    }

    /** Returns the ranges whose first command is the oldest that some node has not received, if its age is unknown. */
    Set<OffsetRange> rangesOfUnknownAge() {
        return all().stream()
                .filter(NodePosition::hasUnknownAge)
                .map(position -> new OffsetRange(position.appliedOffset(), offsets.position()))
                .collect(Collectors.toSet());
    }
}

package io.freshet.purge.partition;

import io.freshet.contracts.Selector;
import io.freshet.purge.cursor.Cursors;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.ObservedRestartToken;
import io.freshet.purge.topology.TierTopology;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * State of one partition of the purge commands: which nodes receive new commands, which are lagging, which are catching
 * up. The facade and the lock of this package: every method is one step and never blocks.
 */
public final class PartitionState {

    private final int partition;
    private final int generation;
    private final TierTopology topology;
    private final PartitionOffsets offsets = new PartitionOffsets();
    private final NodeHierarchy nodes;
    private final CatchUpPlan catchUp;
    private final ReboundPlan rebound;
    private final AppliedTimes appliedTimes = new AppliedTimes();
    private final Retirement retirement = new Retirement();

    /**
     * @param generation of the consumer group in which this worker was assigned the partition
     * @param topology of the fleet with which the partition is opened
     * @param reboundDelay between the first purge and the second
     * @param clock dates what is stored and shown
     * @param nanoTime monotonic time in nanoseconds, which decides when second purges are due
     */
    public PartitionState(
            int partition,
            int generation,
            TierTopology topology,
            Duration reboundDelay,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.partition = partition;
        this.generation = generation;
        this.topology = topology;
        this.nodes = new NodeHierarchy(topology.inOrder(), offsets, clock);
        this.catchUp = new CatchUpPlan(nodes, offsets, clock);
        this.rebound = new ReboundPlan(nodes, reboundDelay, nanoTime);
    }

    public int partition() {
        return partition;
    }

    /** Returns the generation of the consumer group in which this worker was assigned the partition. */
    public int generation() {
        return generation;
    }

    /** Returns the topology of the fleet with which the partition was opened. */
    public TierTopology topology() {
        return topology;
    }

    /** Returns the id of the topic of the commands. */
    public synchronized String topicId() {
        return offsets.topicId();
    }

    /**
     * Takes the partition over from committed cursors, as far as these can be trusted.
     *
     * @param position of the consumer group: everything below was delivered to the nodes that were not lagging
     * @param beginning of the partition
     * @param end of the partition
     * @param committed cursors by node id; a node without cursors has received nothing
     * @param lastAction number of the newest node action, which does not concern a node without cursors
     */
    public synchronized void open(
            String topicId, long position, long beginning, long end, Map<String, Cursors> committed, long lastAction) {
        offsets.open(topicId, position, beginning);
        nodes.restore(end, committed, lastAction);
        retirement.open(nodes.notIn(committed), offsets, nodes.settledBelow());
    }

    // ---- dispatch

    /** Notes that the command at this offset is dispatched now, and returns the nodes that it is sent to. */
    public synchronized Set<NodeChannel> dispatch(long offset, Instant acceptedAt) {
        offsets.dispatch(offset);
        Set<NodeChannel> receiving = new HashSet<>();
        for (NodePosition position : nodes.all()) {
            if (position.receivesNewCommands()) {
                receiving.add(position.node());
            } else {
                position.noteMissing(acceptedAt);
            }
        }
        return receiving;
    }

    /** Notes that the command at this offset was delivered to all nodes that receive new commands. */
    public synchronized void completeDispatch(long offset) {
        offsets.complete(offset);
    }

    /** Notes that everything below this offset was delivered to all nodes that are not lagging. */
    public synchronized void advancePosition(long offset) {
        offsets.advancePosition(offset);
    }

    /** Notes that the topic was trimmed and begins at this offset now. */
    public synchronized void advanceBeginning(long offset) {
        nodes.advanceBeginning(offset);
        nodes.all().forEach(position -> position.incomplete().trim(offsets.beginning()));
        retirement.reportedBelow(offsets.beginning());
    }

    // ---- single nodes

    /** Makes a node lagging, because nothing can be sent to it now. */
    public synchronized void markLagging(NodeChannel node, String reason) {
        nodes.markLagging(nodes.of(node), reason);
    }

    /** Makes a node lagging, because it did not receive a command that is in flight. */
    public synchronized void noteMissing(NodeChannel node, String reason, Instant acceptedAt) {
        NodePosition position = nodes.of(node);
        nodes.markLagging(position, reason);
        position.noteMissing(acceptedAt);
    }

    /** Notes that a healthy node has not completed these objects of the command at this offset. */
    public synchronized void noteIncomplete(NodeChannel node, long offset, BitSet objects) {
        nodes.of(node).incomplete().add(offset, objects);
    }

    /** Notes that the node has completed these objects of the command at this offset. */
    public synchronized void noteCompleted(NodeChannel node, long offset, BitSet objects) {
        nodes.of(node).incomplete().remove(offset, objects);
    }

    /** Returns the objects of the command at this offset that healthy nodes have not completed, by their ids. */
    public synchronized Map<String, BitSet> incompleteObjects(long offset) {
        return nodes.all().stream()
                .filter(position -> position.incomplete().contains(offset))
                .collect(Collectors.toMap(
                        NodePosition::id, position -> position.incomplete().of(offset)));
    }

    /** Returns whether no object of the command at this offset is incomplete on the nodes down to this tier. */
    public synchronized boolean isComplete(long offset, int lastTier) {
        return nodes.downTo(lastTier)
                .noneMatch(position -> position.incomplete().contains(offset));
    }

    /**
     * Returns whether the command at this offset may be sent to the node now: the node receives commands, and so does
     * each of its children that has received the command. They must be purged again after the node.
     */
    public synchronized boolean canRetry(NodeChannel node, long offset) {
        NodePosition position = nodes.of(node);
        return position.receivesNewCommands()
                && nodes.descendants(position)
                        .allMatch(child -> child.receivesNewCommands() || !child.hasReceived(offset));
    }

    /**
     * Makes a node receive everything from an offset on again. Does nothing if the node has not passed that offset.
     *
     * @param since time from which on the node may have lost purges
     */
    public synchronized void rewind(NodeChannel node, long offset, Instant since, String reason) {
        NodePosition position = nodes.of(node);
        long passed = position.receivesNewCommands() ? offsets.next() : position.appliedOffset();
        if (position.isLost() || offset >= passed) {
            return;
        }
        nodes.rewind(position, Math.max(offset, offsets.beginning()), reason);
        position.noteMissing(since);
    }

    /**
     * Notes a flush of the whole node.
     *
     * @param end of this partition before the flush
     * @param action number of the node action that asked for the flush; null if none did, or the partition
     *     knows a later one
     */
    public synchronized void noteFlushed(
            NodeChannel node, Instant at, String topicId, long end, @Nullable Long action) {
        NodePosition position = nodes.of(node);
        if (topicId.equals(offsets.topicId())) {
            position.noteFlushed(at, end, action, nodes.areParentsInSyncSince(position, at));
        }
    }

    /** Returns whether a flush has removed what the command at this offset would purge. */
    public synchronized boolean isFlushed(NodeChannel node, long offset) {
        return nodes.of(node).isFlushed(offset);
    }

    /** Notes that the node action with this number has been carried out on this partition. */
    public synchronized void noteAction(NodeChannel node, long action) {
        nodes.of(node).noteAction(action);
    }

    /** Returns the number of the last node action that has been carried out on this partition. */
    public synchronized long lastAction(NodeChannel node) {
        return nodes.of(node).lastAction();
    }

    public synchronized void noteRestartToken(NodeChannel node, ObservedRestartToken seen) {
        nodes.of(node).noteRestartToken(seen);
    }

    /** Returns the restart token that was last taken into account; empty if none was. */
    public synchronized Optional<ObservedRestartToken> restartToken(NodeChannel node) {
        return Optional.ofNullable(nodes.of(node).restartToken());
    }

    /** Returns false if the node was restarted and not rewound since. */
    public synchronized boolean knowsRestartToken(NodeChannel node) {
        ObservedRestartToken seen = node.observedRestartToken();
        ObservedRestartToken known = nodes.of(node).restartToken();
        return seen == null || known != null && known.value().equals(seen.value());
    }

    // ---- catch-up

    /**
     * Starts the catch-up of lagging nodes, and returns the range to replay for all nodes that are catching up. Such a
     * node receives new commands directly.
     *
     * @param canReceive whether a lagging node may be sent something again
     */
    public synchronized Optional<OffsetRange> nextCatchUp(Predicate<NodeChannel> canReceive) {
        return catchUp.next(canReceive);
    }

    /** Returns the nodes that are catching up and have not received the command at this offset. */
    public synchronized List<NodeChannel> dueForCatchUp(long offset) {
        return catchUp.due(offset);
    }

    /** Notes that these nodes have received the command at this offset, if it is still their next one. */
    public synchronized void completeCatchUp(Collection<NodeChannel> received, long offset) {
        catchUp.complete(received, offset);
    }

    /** Notes that this range holds nothing to send to nodes that are catching up. */
    public synchronized void skipCatchUp(OffsetRange range) {
        catchUp.skip(range);
    }

    /** Returns the ranges whose first command is the oldest that some node has not received, if its age is unknown. */
    public synchronized Set<OffsetRange> rangesOfUnknownAge() {
        return nodes.rangesOfUnknownAge();
    }

    /** Notes when the first command was accepted that lagging nodes at this offset have not received. */
    public synchronized void noteAge(long offset, Instant acceptedAt) {
        nodes.all().stream()
                .filter(position -> !position.isInSync() && position.appliedOffset() == offset)
                .forEach(position -> position.noteMissing(acceptedAt));
    }

    /** Notes when the command was accepted that is sent to these nodes now, the oldest that they have not received. */
    public synchronized void noteOldestMissing(Collection<NodeChannel> receiving, Instant acceptedAt) {
        receiving.forEach(node -> nodes.of(node).oldestMissing(acceptedAt));
    }

    // ---- second purge

    /** Returns the times of the first purges. */
    public AppliedTimes appliedTimes() {
        return appliedTimes;
    }

    /** Notes that the command at this offset needs no second purge. */
    public synchronized void noteReboundNotNeeded(long offset) {
        rebound.noteNotNeeded(offset);
    }

    /** Returns the range to replay for the second purge now. */
    public synchronized Optional<OffsetRange> nextRebound() {
        return rebound.next();
    }

    /** Returns the nodes that are due for the second purge of this offset. */
    public synchronized List<NodeChannel> dueForRebound(long offset) {
        return rebound.due(offset);
    }

    /** Notes that these nodes have received the second purge of this offset, if it is still their next one. */
    public synchronized void completeRebound(Collection<NodeChannel> received, long offset) {
        rebound.complete(received, offset);
    }

    /** Notes that this range needs no second purge. */
    public synchronized void skipRebound(OffsetRange range) {
        rebound.skip(range);
    }

    // ---- nodes that have left the fleet

    /** Notes that a node outside the fleet has not completed some objects of the command at this offset. */
    public synchronized void noteLeftIncomplete(String node, long offset) {
        retirement.noteIncomplete(node, offset);
    }

    /** Returns the next range with commands that waited for nodes that have left the fleet. */
    public synchronized Optional<OffsetRange> nextRetired() {
        return retirement.next();
    }

    /** Returns whether the command at this offset is to be reported without nodes that have left the fleet. */
    public synchronized boolean concernsRetired(long offset) {
        return retirement.concerns(offset);
    }

    /**
     * Returns whether the command at this offset may have waited for none but nodes that have left the fleet. If not,
     * the second purge of another node reports it.
     */
    public synchronized boolean mayHaveWaitedForRetired(long offset) {
        return retirement.mayHaveWaited(offset);
    }

    /** Notes that everything below this offset was reported without the nodes that have left the fleet. */
    public synchronized void completeRetired(long offset) {
        retirement.reportedBelow(offset);
    }

    /** Returns the cursors, to be written, of nodes that nothing waits for any more. */
    public synchronized Map<String, Cursors> retiredCursors() {
        return retirement.reported();
    }

    /** Notes that these cursors have been written. */
    public synchronized void noteRetiredWritten() {
        retirement.written();
    }

    /** Returns which nodes left the fleet before they completed the command at this offset; null if none did. */
    public synchronized @Nullable String retiredRemark(long offset) {
        return retirement.remark(offset);
    }

    // ---- queries

    /** Returns all nodes, parents first. */
    public synchronized List<NodeChannel> nodes() {
        return nodes.all().stream().map(NodePosition::node).toList();
    }

    /** Returns the nodes that receive new commands: those in sync and those that are catching up. */
    public synchronized Set<NodeChannel> receivingNodes() {
        return nodes.all().stream()
                .filter(NodePosition::receivesNewCommands)
                .map(NodePosition::node)
                .collect(Collectors.toSet());
    }

    /** Returns the ids of the nodes that have not received the command at this offset, by this selector. */
    public synchronized Set<String> missingNodes(long offset, Selector selector) {
        return nodes.all().stream()
                .filter(position -> !position.hasReceived(offset)
                        || !position.node().driver().supports(selector))
                .map(NodePosition::id)
                .collect(Collectors.toSet());
    }

    /** Returns whether all nodes down to this tier have received the command at this offset, counting these nodes. */
    public synchronized boolean isAppliedWith(Collection<NodeChannel> received, long offset, int lastTier) {
        return nodes.downTo(lastTier)
                .allMatch(position -> received.contains(position.node()) || position.hasReceived(offset));
    }

    /** Returns whether all nodes down to this tier have received the second purge, counting these nodes. */
    public synchronized boolean isSettledWith(Collection<NodeChannel> received, long offset, int lastTier) {
        return nodes.downTo(lastTier)
                .allMatch(position -> received.contains(position.node()) || position.hasSettled(offset));
    }

    /** Returns why a node is lagging; null if it is in sync. */
    public synchronized @Nullable String lagReason(NodeChannel node) {
        return nodes.of(node).lagReason();
    }

    public synchronized NodeStatus status(NodeChannel node) {
        return nodes.of(node).status();
    }

    /** Returns the state to commit, and records a checkpoint of it for the second purge. */
    public synchronized PartitionSnapshot snapshot() {
        rebound.recordCheckpoints();
        return new PartitionSnapshot(offsets.position(), nodes.cursors());
    }
}

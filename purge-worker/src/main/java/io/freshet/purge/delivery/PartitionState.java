package io.freshet.purge.delivery;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.Selector;
import io.freshet.purge.cursor.Cursor;
import io.freshet.purge.cursor.Cursor.State;
import io.freshet.purge.cursor.Cursors;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.ObservedRestartToken;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One partition of the refreshes, and where every node stands on it: who gets what comes at once, who is late and from where on, who is being
 * caught up. Nothing here waits for anything; every method is one step under one lock.
 *
 * <p>A live node has everything below the partition's position. A late one has everything below an offset of its own, where its catch-up
 * begins. What is written down as a node's cursor is never beyond its parents': while a parent is late, a child may have refetched the
 * parent's old copies, and is purged again by the parent's catch-up.
 */
final class PartitionState {

    /** A stretch of the log that is to be read again: from an offset, up to but without another. */
    record OffsetRange(long from, long to) {}

    /** So many commands that a node refuses are remembered, so that nobody says that it has them. */
    private static final int REFUSED = 1_000;

    /** What is true at a moment and may be written down. */
    record Snapshot(long position, Map<String, Cursors> cursors) {}

    private final int partition;
    private final Clock clock;
    private final Duration reboundAfter;
    private final Map<String, NodePosition> places = new LinkedHashMap<>();

    /** Offsets that were dispatched and have not been delivered to all that get what comes at once. */
    private final NavigableSet<Long> open = new TreeSet<>();

    /** Offsets of commands that are settled when they are applied; of others it is known when they have been read again. */
    private final OffsetRangeSet settledAtOnce = new OffsetRangeSet();

    private volatile String topicId = "";
    private long beginning;
    private long position;
    private long next;

    /**
     * @param reboundAfter how long after the first purge the second one may be sent
     */
    PartitionState(int partition, List<List<NodeChannel>> tiers, Duration reboundAfter, Clock clock) {
        this.partition = partition;
        this.clock = clock;
        this.reboundAfter = reboundAfter;
        for (int tier = 0; tier < tiers.size(); tier++) {
            for (NodeChannel node : tiers.get(tier)) {
                places.put(node.node().id(), new NodePosition(node, tier));
            }
        }
    }

    int partition() {
        return partition;
    }

    // ---- taking over

    /**
     * Believes what is written, as far as it can be believed.
     *
     * @param position the group's own: everything below was delivered to the nodes that were not late
     * @param beginning where the log begins now
     * @param end where it ends
     * @param written cursors by node; a node without one owes everything
     * @param lastOrder the newest order of an operator, which does not concern a node without a cursor
     */
    synchronized void open(
            String topicId, long position, long beginning, long end, Map<String, Cursors> written, long lastOrder) {
        this.topicId = topicId;
        this.beginning = beginning;
        this.position = Math.max(position, beginning);
        this.next = this.position;
        for (NodePosition place : places.values()) { // parents first
            Cursors cursors = written.get(place.id());
            Cursor applied = cursors == null
                    ? new Cursor(0, State.LATE, topicId, clock.instant(), clock.instant(), null, lastOrder)
                    : cursors.applied();
            restore(place, applied, cursors == null ? applied : cursors.settled(), end, written);
        }
    }

    private void restore(NodePosition place, Cursor applied, Cursor settled, long end, Map<String, Cursors> written) {
        place.start = applied.start() == null ? null : new ObservedRestartToken(applied.start(), applied.at());
        place.order = applied.order();
        place.since = applied.since();
        boolean anotherTopic =
                !applied.topicId().isEmpty() && !applied.topicId().equals(topicId);
        boolean unknownOffset = applied.offset() < beginning || applied.offset() > end;
        boolean held = applied.state() == State.LIVE && isHeldByParent(place, applied.offset(), written);
        if (applied.state() == State.LOST) {
            lose(place, applied.since());
        } else if (anotherTopic || unknownOffset && !held) {
            lose(place, clock.instant());
        } else if (applied.offset() < position && !held) {
            place.applied = applied.offset();
            become(place, "has not caught up yet", applied.state() == State.LATE ? applied.since() : clock.instant());
            if (parentIsLost(place)) {
                lose(place, place.since);
            }
        }
        place.settled = Math.max(beginning, Math.min(settled.offset(), own(place)));
    }

    /** A child that was live when it was written down, and behind only because its parent was. */
    private boolean isHeldByParent(NodePosition child, long offset, Map<String, Cursors> written) {
        return places.values().stream()
                .anyMatch(parent -> parent.tier < child.tier
                        && !parent.isLive()
                        && (parent.lost
                                || !written.containsKey(parent.id())
                                || written.get(parent.id()).applied().offset() <= offset));
    }

    private static void become(NodePosition place, String why, Instant since) {
        place.late = new NodePosition.Late(since, why);
        place.since = since;
        place.joinedAt = null;
        place.forgetMarks();
    }

    private void lose(NodePosition place, Instant since) {
        place.lost = true;
        place.applied = beginning;
        place.settled = beginning;
        place.flushedTo = 0;
        become(place, "has not been flushed yet", since);
        descendants(place).filter(child -> !child.isLive() && !child.lost).forEach(child -> lose(child, since));
    }

    // ---- what comes

    /** The next command is about to be delivered: to these nodes at once; the others will get it later. */
    synchronized Set<NodeChannel> dispatch(long offset, Instant acceptedAt) {
        next = offset + 1;
        open.add(offset);
        Set<NodeChannel> nodes = new HashSet<>();
        for (NodePosition place : places.values()) {
            if (place.getsAll()) {
                nodes.add(place.node);
            } else {
                owes(place, acceptedAt);
            }
        }
        return nodes;
    }

    private static void owes(NodePosition place, Instant acceptedAt) {
        if (place.oldestOwed == null || acceptedAt.isBefore(place.oldestOwed)) {
            place.oldestOwed = acceptedAt;
        }
    }

    /** Everything below is done for all nodes that are not late. */
    synchronized void position(long reached) {
        position = Math.max(position, reached);
    }

    /** A node did not get a command that is in flight. */
    synchronized void missed(NodeChannel node, String why, Instant acceptedAt) {
        NodePosition place = place(node);
        late(place, why);
        owes(place, acceptedAt);
    }

    /** A node cannot be sent anything now. */
    synchronized void late(NodeChannel node, String why) {
        late(place(node), why);
    }

    private void late(NodePosition place, String why) {
        if (place.late != null && place.joinedAt == null) {
            place.late = new NodePosition.Late(place.late.since(), why);
            return;
        }
        place.applied = Math.min(own(place), parents(place, this::own));
        place.settled = Math.min(Math.min(place.settled, parents(place, parent -> parent.settled)), place.applied);
        become(
                place,
                why,
                place.isLive() ? clock.instant() : place.since); // while it is caught up it is late all the time
        if (parentIsLost(place)) {
            lose(place, clock.instant());
        }
        descendants(place).filter(child -> !child.getsAll()).forEach(child -> goBack(child, place.applied));
    }

    private boolean parentIsLost(NodePosition place) {
        return places.values().stream().anyMatch(parent -> parent.tier < place.tier && parent.lost);
    }

    private static void goBack(NodePosition place, long offset) {
        place.applied = Math.min(place.applied, offset);
        place.settled = Math.min(place.settled, place.applied);
    }

    // ---- catching up

    /**
     * Begins to catch up whoever can be, and says what is to be read for it: whoever is joined gets from now on at once what is dispatched.
     *
     * @param canJoin whether a late node may be sent something again
     */
    synchronized Optional<OffsetRange> catchUp(Predicate<NodeChannel> canJoin) {
        for (NodePosition place : places.values()) {
            if (!place.isLive() && place.joinedAt == null && !place.lost && canJoin.test(place.node)) {
                place.joinedAt = next;
                place.applied = Math.max(place.applied, beginning);
            }
        }
        joined().forEach(this::concludeIfCaughtUp);
        List<NodePosition> behind = joined().stream()
                .filter(place -> place.applied < catchUpLimit(place))
                .toList();
        return behind.isEmpty()
                ? Optional.empty()
                : Optional.of(new OffsetRange(
                        min(behind, place -> place.applied),
                        behind.stream().mapToLong(this::catchUpLimit).max().orElseThrow()));
    }

    /** A child waits for what its parents are just being sent: purged before them, it could refetch their old copy. */
    private long catchUpLimit(NodePosition place) {
        return place.tier == 0 || open.isEmpty() ? joinedAt(place) : Math.min(joinedAt(place), open.first());
    }

    private List<NodePosition> joined() {
        return places.values().stream().filter(place -> place.joinedAt != null).toList();
    }

    private static long joinedAt(NodePosition place) {
        return place.joinedAt == null ? Long.MIN_VALUE : place.joinedAt;
    }

    private void concludeIfCaughtUp(NodePosition place) {
        if (place.applied >= joinedAt(place)) {
            place.late = null;
            place.since = clock.instant();
            place.joinedAt = null;
            place.oldestOwed = null;
        }
    }

    /** Who is being caught up and has not been sent the command at this offset. */
    synchronized List<NodeChannel> dueForCatchUp(long offset) {
        return joined().stream()
                .filter(place -> place.applied <= offset && offset < catchUpLimit(place))
                .map(place -> place.node)
                .toList();
    }

    /** Whether nothing needs to be sent to the node for this offset, because it was flushed since. */
    synchronized boolean isFlushed(NodeChannel node, long offset) {
        return offset < place(node).flushedTo;
    }

    /** These nodes, those of them that are still being caught up and at this offset, have been sent what it holds. */
    synchronized void caughtUp(Collection<NodeChannel> nodes, long offset) {
        for (NodeChannel node : nodes) {
            NodePosition place = place(node);
            if (place.joinedAt != null && place.applied == offset) {
                place.applied = offset + 1;
                place.oldestOwed = null;
                concludeIfCaughtUp(place);
            }
        }
    }

    /** Whoever is being caught up needs nothing of this stretch. */
    synchronized void caughtUp(OffsetRange nothing) {
        for (NodePosition place : joined()) {
            if (place.applied >= nothing.from()) {
                place.applied = Math.max(place.applied, Math.min(nothing.to(), joinedAt(place)));
                concludeIfCaughtUp(place);
            }
        }
    }

    /** What nodes owe of which nobody has said yet how old it is. */
    synchronized Set<OffsetRange> unknownAges() {
        return places.values().stream()
                .filter(place -> !place.isLive() && place.oldestOwed == null && place.applied < position)
                .map(place -> new OffsetRange(place.applied, position))
                .collect(Collectors.toSet());
    }

    /** Whoever begins at this offset owes something that was accepted then. */
    synchronized void age(long offset, Instant acceptedAt) {
        places.values().stream()
                .filter(place -> !place.isLive() && place.applied == offset)
                .forEach(place -> owes(place, acceptedAt));
    }

    /** What is being sent to these nodes was accepted then. */
    synchronized void isAt(Collection<NodeChannel> nodes, Instant acceptedAt) {
        nodes.forEach(node -> place(node).oldestOwed = acceptedAt);
    }

    /** A usable node will not take some of the command at this offset, now or later: it does not owe it. */
    synchronized void refused(NodeChannel node, long offset) {
        NodePosition place = place(node);
        place.refused.add(offset);
        if (place.refused.size() > REFUSED) {
            place.refused.pollFirst();
        }
    }

    // ---- the second purge

    /** The command at this offset is not sent a second time. */
    synchronized void needsNoRebound(long offset) {
        settledAtOnce.add(offset);
    }

    /** What is to be read for the second purge now. */
    synchronized Optional<OffsetRange> rebound() {
        Optional<OffsetRange> due = reboundStretch();
        while (due.isPresent()) {
            OffsetRange stretch = due.get();
            long needed = settledAtOnce.firstMissing(stretch.from());
            if (needed == stretch.from()) {
                break;
            }
            settled(new OffsetRange(stretch.from(), Math.min(needed, stretch.to())));
            due = reboundStretch();
        }
        due.ifPresent(stretch -> settledAtOnce.forgetBelow(stretch.from()));
        return due;
    }

    private Optional<OffsetRange> reboundStretch() {
        Instant moment = clock.instant().minus(reboundAfter);
        List<NodePosition> due = places.values().stream()
                .filter(place -> place.isLive() && place.settled < limit(place, moment))
                .toList();
        return due.isEmpty()
                ? Optional.empty()
                : Optional.of(new OffsetRange(
                        min(due, place -> place.settled),
                        due.stream()
                                .mapToLong(place -> limit(place, moment))
                                .max()
                                .orElseThrow()));
    }

    private long limit(NodePosition place, Instant moment) {
        return Math.min(place.offsetBefore(moment), own(place));
    }

    /** Whose second purge of this offset is due. */
    synchronized List<NodeChannel> dueForRebound(long offset) {
        Instant moment = clock.instant().minus(reboundAfter);
        return places.values().stream()
                .filter(place -> place.isLive() && place.settled <= offset && offset < limit(place, moment))
                .map(place -> place.node)
                .toList();
    }

    /** These nodes, those of them for whom it is still due, have been sent what this offset holds a second time. */
    synchronized void settled(Collection<NodeChannel> nodes, long offset) {
        Instant moment = clock.instant().minus(reboundAfter);
        nodes.stream()
                .map(this::place)
                .filter(place -> place.isLive() && place.settled == offset && offset < limit(place, moment))
                .forEach(place -> place.settled = offset + 1);
    }

    /** Whoever's second purge is due needs nothing of this stretch. */
    synchronized void settled(OffsetRange nothing) {
        Instant moment = clock.instant().minus(reboundAfter);
        places.values().stream()
                .filter(place -> place.isLive() && place.settled >= nothing.from())
                .forEach(place ->
                        place.settled = Math.max(place.settled, Math.min(nothing.to(), limit(place, moment))));
    }

    /** Whether all nodes down to this tier have been sent this offset a second time, if these have. */
    synchronized boolean isSettledWith(Collection<NodeChannel> nodes, long offset, int lastTier) {
        return downTo(lastTier)
                .allMatch(place -> !place.refused.contains(offset)
                        && (nodes.contains(place.node) || Math.min(place.settled, own(place)) > offset));
    }

    // ---- who has what

    /** Nodes that get what comes at once, being live or nearly so. */
    synchronized Set<NodeChannel> current() {
        return places.values().stream()
                .filter(NodePosition::getsAll)
                .map(place -> place.node)
                .collect(Collectors.toSet());
    }

    /** Ids of the nodes that do not have the command at this offset, by this selector. */
    synchronized Set<String> missing(long offset, Selector selector) {
        return places.values().stream()
                .filter(place -> !has(place, offset)
                        || place.refused.contains(offset)
                        || !place.node.driver().supports(selector))
                .map(NodePosition::id)
                .collect(Collectors.toSet());
    }

    /** Whether all nodes down to this tier have been sent the command at this offset, if these have. */
    synchronized boolean isAppliedWith(Collection<NodeChannel> nodes, long offset, int lastTier) {
        return downTo(lastTier)
                .allMatch(
                        place -> !place.refused.contains(offset) && (nodes.contains(place.node) || has(place, offset)));
    }

    /** The command at this offset has been delivered to whoever gets what comes at once, and has not become late. */
    synchronized void delivered(long offset) {
        open.remove(offset);
    }

    private boolean has(NodePosition place, long offset) {
        boolean delivered = offset < next && !open.contains(offset);
        if (place.isLive()) {
            return delivered;
        }
        return place.applied > offset || place.joinedAt != null && offset >= place.joinedAt && delivered;
    }

    /** Why a node does not get what comes at once; null if it does. */
    synchronized @Nullable String whyLate(NodeChannel node) {
        NodePosition.Late late = place(node).late;
        return late == null ? null : late.why();
    }

    // ---- steering

    /** Lets a node begin again at an offset, where the log was at a moment, or where it begins; nothing if it has not come so far. */
    synchronized void rewind(NodeChannel node, long offset, Instant to, String why) {
        NodePosition place = place(node);
        if (place.lost || offset >= (place.getsAll() ? next : place.applied)) {
            return;
        }
        long from = Math.max(offset, beginning);
        late(place, why);
        goBack(place, from);
        place.flushedTo = Math.min(place.flushedTo, from);
        owes(place, to);
        descendants(place).filter(child -> !child.getsAll()).forEach(child -> goBack(child, from));
    }

    /** An operator's order has been carried out here. */
    synchronized void ordered(NodeChannel node, long order) {
        place(node).order = order;
    }

    /** The offset of the last order that has been carried out here. */
    synchronized long lastOrder(NodeChannel node) {
        return place(node).order;
    }

    /** The node's start marker was seen. */
    synchronized void started(NodeChannel node, ObservedRestartToken seen) {
        place(node).start = seen;
    }

    /** Whether the node is as it was, as far as its start marker shows: what it lost at a restart has been taken note of. */
    synchronized boolean knowsStart(NodeChannel node) {
        ObservedRestartToken seen = node.observedRestartToken();
        ObservedRestartToken known = place(node).start;
        return seen == null || known != null && known.value().equals(seen.value());
    }

    /** The last start marker, and when it was last seen; empty if none was. */
    synchronized Optional<ObservedRestartToken> lastStart(NodeChannel node) {
        return Optional.ofNullable(place(node).start);
    }

    /** The log begins here now, so nodes that would have to begin before have lost something. */
    synchronized void beginsAt(long offset) {
        beginning = Math.max(beginning, offset);
        List<NodePosition> behind = places.values().stream()
                .filter(place -> !place.isLive() && place.applied < beginning)
                .toList();
        behind.stream()
                .filter(place -> !place.lost && place.flushedTo < beginning)
                .forEach(place -> lose(place, clock.instant()));
        behind.forEach(place -> place.applied = beginning);
        places.values().forEach(place -> place.settled = Math.max(place.settled, beginning));
    }

    /**
     * The node was flushed when this partition ended here.
     *
     * @param order that asked for it, or null
     */
    synchronized void flushed(NodeChannel node, Instant at, String ofTopic, long end, @Nullable Long order) {
        NodePosition place = place(node);
        if (!ofTopic.equals(topicId)) {
            return;
        }
        boolean asked = false;
        if (order != null && order > place.order) {
            asked = true;
            place.order = order;
        }
        if (place.flushedAt == null || at.isAfter(place.flushedAt)) {
            place.flushedAt = at;
        }
        boolean mends = place.lost && end >= beginning && !at.isBefore(place.since);
        if (!place.isLive() && (mends || asked && !place.lost)) {
            place.lost = false;
            place.flushedTo = hadSteadyParents(place, at) ? Math.max(place.flushedTo, end) : 0;
            place.late = new NodePosition.Late(clock.instant(), "was flushed and is catching up");
        }
    }

    /** A parent that was late after the flush may have given its child what it was purged of only then. */
    private boolean hadSteadyParents(NodePosition child, Instant flush) {
        return places.values().stream()
                .filter(place -> place.tier < child.tier)
                .allMatch(parent -> parent.isLive() && !parent.since.isAfter(flush));
    }

    // ---- telling

    /** What is true now, for writing it down. */
    synchronized Snapshot snapshot() {
        Instant now = clock.instant();
        Map<String, Cursors> cursors = new HashMap<>();
        for (NodePosition place : places.values()) {
            long applied = held(place, this::own);
            long settled = Math.min(held(place, each -> Math.min(each.settled, own(each))), applied);
            State state = place.lost ? State.LOST : place.isLive() ? State.LIVE : State.LATE;
            cursors.put(
                    place.id(),
                    new Cursors(
                            applied(place, state, applied, now),
                            new Cursor(settled, state, topicId, place.since, now, null, Cursor.NO_ORDER)));
            if (place.isLive()) {
                place.mark(now, applied, reboundAfter);
            }
        }
        return new Snapshot(position, cursors);
    }

    private Cursor applied(NodePosition place, State state, long offset, Instant now) {
        ObservedRestartToken start = place.start;
        return start == null
                ? new Cursor(offset, state, topicId, place.since, now, null, place.order)
                : new Cursor(offset, state, topicId, place.since, start.at(), start.value(), place.order);
    }

    /** What is known of a node here. */
    record Report(
            boolean late,
            boolean lost,
            Instant since,
            @Nullable String why,
            long owed,
            @Nullable Instant oldestOwed,
            @Nullable Instant flushedAt) {}

    synchronized Report report(NodeChannel node) {
        NodePosition place = place(node);
        if (place.late == null) {
            return new Report(false, false, place.since, null, 0, null, place.flushedAt);
        }
        long owed = Math.max(0, next - Math.max(place.applied, place.flushedTo));
        String why = place.joinedAt == null ? place.late.why() : "is catching up on " + owed + " commands";
        if (place.lost) {
            why = "must be flushed, since what it owes is no longer in the log; it " + why;
        }
        return new Report(
                true, place.lost, place.since, why, owed, owed == 0 ? null : place.oldestOwed, place.flushedAt);
    }

    String topicId() {
        return topicId;
    }

    // ---- the family

    private NodePosition place(NodeChannel node) {
        return requireNonNull(places.get(node.node().id()));
    }

    private long own(NodePosition place) {
        return place.isLive() ? position : place.applied;
    }

    private long held(NodePosition place, ToLongFunction<NodePosition> offset) {
        return Math.min(offset.applyAsLong(place), parents(place, offset));
    }

    private long parents(NodePosition child, ToLongFunction<NodePosition> offset) {
        return min(
                places.values().stream()
                        .filter(place -> place.tier < child.tier)
                        .toList(),
                offset);
    }

    private Stream<NodePosition> descendants(NodePosition parent) {
        return places.values().stream().filter(place -> place.tier > parent.tier);
    }

    private Stream<NodePosition> downTo(int lastTier) {
        return places.values().stream().filter(place -> place.tier <= lastTier);
    }

    private static long min(Collection<NodePosition> places, ToLongFunction<NodePosition> offset) {
        return places.stream().mapToLong(offset).min().orElse(Long.MAX_VALUE);
    }

    /** All nodes, parents first. */
    synchronized List<NodeChannel> nodes() {
        return new ArrayList<>(places.values().stream().map(place -> place.node).toList());
    }
}

package io.freshet.purge.partition;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.freshet.contracts.Selector;
import io.freshet.purge.cursor.Cursors;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.stage.SettableClock;
import io.freshet.purge.stage.TestFleet;
import io.freshet.purge.topology.TierTopology;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Model test: plays random histories on a partition, as the worker would, and compares its cursors with the purges that
 * nodes really received. Nodes fail at any moment of a dispatch, a catch-up or a second purge, caches restore old
 * content, workers are replaced.
 */
class PartitionStateModelTest {

    private static final int STEPS = 400;
    private static final Duration DELAY = Duration.ofSeconds(60);
    private static final String TOPIC = "topic-1";
    private static final TierTopology TIERS = TestFleet.tiers();

    @AfterAll
    static void close() {
        TIERS.all().forEach(NodeChannel::close);
    }

    static Stream<Long> seeds() {
        String only = System.getProperty("freshet.seed");
        return only == null ? new Random().longs(200).boxed() : Stream.of(Long.parseLong(only));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void cursors_never_lead_the_truth_and_every_node_is_in_sync_in_the_end(long seed) {
        History history = new History(new Random(seed));
        for (int step = 0; step < STEPS; step++) {
            history.step();
        }
        history.finish();
    }

    /** Time at which a node really received a purge. */
    private interface Has {
        @Nullable
        Done done(NodeChannel node, long offset);
    }

    private record Key(NodeChannel node, long offset) {}

    /** One purge, by the number of the step and by the clock. */
    private record Done(int step, Instant at) {}

    /** A command on its way through the tiers of a route, as in a dispatch. */
    private static final class Trip {

        final long offset;
        final Set<NodeChannel> due;
        final List<List<NodeChannel>> route;
        final Set<NodeChannel> without = new HashSet<>();
        int tier;

        Trip(long offset, Set<NodeChannel> due, List<List<NodeChannel>> route) {
            this.offset = offset;
            this.due = due;
            this.route = route;
        }

        boolean isOver() {
            return tier == route.size();
        }
    }

    private static final class History {

        final Random random;
        final SettableClock clock = new SettableClock();
        final Set<NodeChannel> down = new HashSet<>();
        final Map<Key, List<Done>> purges = new HashMap<>();
        final List<Trip> deliveries = new ArrayList<>();
        final TreeSet<Long> undone = new TreeSet<>();
        final Map<NodeChannel, Long> notWrittenYet = new HashMap<>();
        PartitionState state = new PartitionState(0, 1, TIERS, DELAY, clock, clock::nanoTime);
        Map<String, Cursors> written = new HashMap<>();
        long committed;
        long end;
        long next;
        int step;

        @Nullable
        Trip catchUp;

        @Nullable
        Trip rebound;

        History(Random random) {
            this.random = random;
            state.open(TOPIC, 0, 0, 0, Map.of(), -1);
            write();
        }

        void step() {
            step++;
            switch (random.nextInt(20)) {
                case 0, 1 -> end++;
                case 2, 3, 4 -> dispatch();
                case 5, 6, 7, 8 -> deliver();
                case 9, 10, 11, 12 -> catchUp();
                case 13, 14 -> rebound();
                case 15 -> failOrRecover();
                case 16 -> follow();
                case 17 -> clock.advance(DELAY.dividedBy(1 + random.nextInt(4)));
                case 18 -> write();
                default -> {
                    if (random.nextInt(4) == 0) {
                        takeOver();
                    } else if (random.nextInt(3) == 0) {
                        restoreOldContent();
                    }
                }
            }
        }

        void finish() {
            down.clear();
            for (int round = 0; round < 5_000 && !isFinished(); round++) {
                step++;
                dispatch();
                deliver();
                catchUp();
                rebound();
                if (round % 20 == 0) {
                    clock.advance(DELAY);
                }
                write();
            }
            assertThat(isFinished()).as("every node is in sync: %s", written).isTrue();
            assertThat(state.receivingNodes()).hasSize(TIERS.all().size());
        }

        boolean isFinished() {
            return next == end
                    && written.values().stream()
                            .allMatch(cursors -> cursors.applied().offset() == end && cursors.settled() == end);
        }

        // ---- what the worker does

        void dispatch() {
            if (next < end) {
                Set<NodeChannel> nodes = state.dispatch(next, clock.instant());
                deliveries.add(new Trip(next, nodes, TIERS.route(nodes, Set.of())));
                undone.add(next);
                next++;
            }
        }

        void deliver() {
            if (deliveries.isEmpty()) {
                return;
            }
            Trip trip = deliveries.get(random.nextInt(deliveries.size()));
            if (!advance(trip)) {
                return;
            }
            deliveries.remove(trip);
            state.completeDispatch(trip.offset);
            undone.remove(trip.offset);
            state.advancePosition(undone.isEmpty() ? next : undone.first());
        }

        void catchUp() {
            if (catchUp == null) {
                Optional<OffsetRange> range = state.nextCatchUp(node -> !down.contains(node));
                range.ifPresent(found -> {
                    assertThat(found.from()).isLessThan(found.to());
                    Set<NodeChannel> due = Set.copyOf(state.dueForCatchUp(found.from()));
                    catchUp = new Trip(found.from(), due, TIERS.route(due, state.receivingNodes()));
                });
            } else if (advance(catchUp)) {
                state.completeCatchUp(done(catchUp), catchUp.offset);
                catchUp = null;
            }
        }

        void rebound() {
            if (rebound == null) {
                state.nextRebound().ifPresent(found -> {
                    assertThat(found.from()).isLessThan(found.to());
                    Set<NodeChannel> due = Set.copyOf(state.dueForRebound(found.from()));
                    Set<NodeChannel> first = Set.copyOf(due.stream()
                            .filter(node -> TIERS.needsRebound(Selector.URL, TIERS.numberOf(node)))
                            .toList());
                    rebound = new Trip(found.from(), due, TIERS.route(first, state.receivingNodes()));
                });
            } else if (advance(rebound)) {
                state.completeRebound(done(rebound), rebound.offset);
                rebound = null;
            }
        }

        Set<NodeChannel> done(Trip trip) {
            Set<NodeChannel> done = new HashSet<>(trip.due);
            done.removeAll(trip.without);
            return done;
        }

        /** Goes on by one tier. At the end, the nodes that did not receive the command are lagging. */
        boolean advance(Trip trip) {
            if (!trip.isOver()) {
                for (NodeChannel node : trip.route.get(trip.tier)) {
                    if (down.contains(node)) {
                        trip.without.add(node);
                    } else {
                        purges.computeIfAbsent(new Key(node, trip.offset), _ -> new ArrayList<>())
                                .add(new Done(++step, clock.instant()));
                    }
                }
                trip.tier++;
                return false;
            }
            trip.without.forEach(node -> state.noteMissing(node, "is down", clock.instant()));
            return true;
        }

        void follow() {
            down.forEach(node -> state.markLagging(node, "is down"));
        }

        void write() {
            PartitionSnapshot snapshot = state.snapshot();
            written = snapshot.cursors();
            notWrittenYet.clear();
            committed = random.nextBoolean() ? snapshot.position() : committed;
            TIERS.all().forEach(this::check);
        }

        /** Replaces the worker. Commands in flight may have been sent in part. */
        void takeOver() {
            deliveries.clear();
            undone.clear();
            catchUp = null;
            rebound = null;
            state = new PartitionState(0, 1, TIERS, DELAY, clock, clock::nanoTime);
            state.open(TOPIC, committed, 0, end, written, -1);
            next = committed;
            notWrittenYet.forEach((node, from) ->
                    state.rewind(node, from, Instant.EPOCH, "was restarted")); // the next owner sees it, too
            write();
        }

        // ---- what happens to the nodes

        void failOrRecover() {
            NodeChannel node = any();
            if (!down.remove(node)) {
                down.add(node);
            }
        }

        /** Restarts a server, which restores what it had before the last purges. */
        void restoreOldContent() {
            NodeChannel node = any();
            long from = random.nextLong(next + 1);
            purges.keySet().removeIf(key -> key.node().equals(node) && key.offset() >= from);
            state.rewind(node, from, Instant.EPOCH, "was restarted");
            notWrittenYet.merge(node, from, Math::min);
        }

        NodeChannel any() {
            return TIERS.all().get(random.nextInt(TIERS.all().size()));
        }

        // ---- checks

        void check(NodeChannel node) {
            Cursors cursors = requireNonNull(written.get(node.node().id()));
            for (long offset = 0; offset < cursors.applied().offset(); offset++) {
                check(node, offset, this::first, "has received");
            }
            for (long offset = 0; offset < cursors.settled(); offset++) {
                check(node, offset, this::second, "has received twice");
            }
        }

        /** Checks that the node has received the purge, and again since its parents received it. */
        void check(NodeChannel node, long offset, Has has, String what) {
            if (has.done(node, offset) == null) {
                fail(
                        "%s has not received %d, although its cursor says that it %s it: %s",
                        node.node(), offset, what, written);
            }
            for (NodeChannel parent : parents(node)) {
                Done above = has.done(parent, offset);
                if (above == null || last(node, offset).step() < above.step()) {
                    fail(
                            "%s was not purged of %d after %s, although its cursor says that it %s it: %s",
                            node.node(), offset, parent.node(), what, written);
                }
            }
        }

        List<NodeChannel> parents(NodeChannel node) {
            return TIERS.inOrder().subList(0, TIERS.numberOf(node)).stream()
                    .flatMap(List::stream)
                    .toList();
        }

        @Nullable
        Done first(NodeChannel node, long offset) {
            return purges.getOrDefault(new Key(node, offset), List.of()).stream()
                    .findFirst()
                    .orElse(null);
        }

        /** Returns the purge that a fetch in progress during the first cannot undo. */
        @Nullable
        Done second(NodeChannel node, long offset) {
            Done first = first(node, offset);
            if (first == null || !node.driver().needsRebound(Selector.URL)) {
                return first;
            }
            Instant soonest = first.at().plus(DELAY);
            return purges.getOrDefault(new Key(node, offset), List.of()).stream()
                    .filter(done -> !done.at().isBefore(soonest))
                    .findFirst()
                    .orElse(null);
        }

        Done last(NodeChannel node, long offset) {
            return requireNonNull(purges.get(new Key(node, offset))).getLast();
        }
    }
}

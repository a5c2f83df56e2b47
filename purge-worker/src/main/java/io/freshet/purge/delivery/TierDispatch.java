package io.freshet.purge.delivery;

import static java.util.Objects.requireNonNull;

import io.freshet.purge.delivery.InFlightLimiter.Turn;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.node.PurgeAttempt;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.NodeHealth;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * Takes the objects of a refresh through tiers of nodes, each object on its own: it goes on to the next tier when every node of the one before
 * has answered for it or is late. So an object whose purge waits for a fetch holds up no other.
 */
final class TierDispatch {

    /** So many objects find room together and leave it together, so that nobody is woken up for each. */
    private static final int PORTION = 64;

    private final RefreshProgress refresh;
    private final List<List<NodeChannel>> route;
    private final InFlightLimiter room;
    private final int width;
    private int entered;
    private final @Nullable Turn[] turns;
    private final AtomicIntegerArray openInPortion;
    private final AtomicIntegerArray unanswered;
    private final CountDownLatch open;
    private final Map<NodeChannel, BitSet> owed = new HashMap<>();
    private final Map<NodeChannel, BitSet> refused = new HashMap<>();

    /**
     * @param route the nodes of each tier that are to get its objects, parents first
     * @param room that is waited for before objects are sent
     */
    TierDispatch(RefreshProgress refresh, List<List<NodeChannel>> route, InFlightLimiter room) {
        int objects = refresh.objectCount();
        this.refresh = refresh;
        this.route = route;
        this.room = room;
        this.width = route.stream().mapToInt(List::size).max().orElse(0);
        int portions = Math.ceilDiv(objects, PORTION);
        this.turns = new Turn[portions];
        this.openInPortion = new AtomicIntegerArray(portions);
        this.unanswered = new AtomicIntegerArray(objects);
        this.open = new CountDownLatch(objects);
    }

    /** Goes on sending, and waits this long at most; true when every object has been through. For one thread. */
    boolean await(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (entered < refresh.objectCount()) {
            int portion = entered / PORTION;
            if (!hasRoom(portion, deadline - System.nanoTime())) {
                return false;
            }
            enter(portion);
        }
        return open.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** Waits so long at most; the place in the queue is kept for the next time. */
    private boolean hasRoom(int portion, long nanos) throws InterruptedException {
        Turn kept = turns[portion];
        Turn turn = kept == null ? room.queue(objectsOf(portion) * width) : kept;
        turns[portion] = turn;
        try {
            return turn.comesWithin(nanos);
        } catch (InterruptedException e) {
            room.leave(turn);
            throw e;
        }
    }

    private void enter(int portion) {
        int end = entered + objectsOf(portion);
        openInPortion.set(portion, objectsOf(portion));
        while (entered < end) {
            enter(entered++, 0);
        }
    }

    private int objectsOf(int portion) {
        return Math.min(PORTION, refresh.objectCount() - portion * PORTION);
    }

    private void leave(int object) {
        int portion = object / PORTION;
        if (openInPortion.decrementAndGet(portion) == 0) {
            room.leave(requireNonNull(turns[portion]));
        }
        open.countDown();
    }

    /** By node, the objects that it did not get and that are to be tried again; after the end. */
    synchronized Map<NodeChannel, BitSet> owed() {
        return Map.copyOf(owed);
    }

    /** Whether this node refused some of what it owes, although it may be usable. */
    synchronized boolean isRefusedBy(NodeChannel node) {
        return refused.containsKey(node);
    }

    private void enter(int object, int tier) {
        if (tier == route.size()) {
            leave(object);
            return;
        }
        List<NodeChannel> nodes = route.get(tier);
        unanswered.set(
                object, nodes.size() + 1); // one for this method, so that nobody goes on before all have been asked
        for (NodeChannel node : nodes) {
            OneObject attempt = new OneObject(node, object, tier);
            if (node.driver().supports(refresh.command().selector())) {
                node.send(attempt);
            } else {
                attempt.unsupported();
            }
        }
        ended(object, tier);
    }

    private void ended(int object, int tier) {
        if (unanswered.decrementAndGet(object) == 0) {
            enter(object, tier + 1);
        }
    }

    private static void note(Map<NodeChannel, BitSet> where, NodeChannel node, int object) {
        where.computeIfAbsent(node, _ -> new BitSet()).set(object);
    }

    private final class OneObject extends PurgeAttempt {

        private final NodeChannel node;
        private final int object;
        private final int tier;

        OneObject(NodeChannel node, int object, int tier) {
            this.node = node;
            this.object = object;
            this.tier = tier;
        }

        @Override
        public Purge purge() {
            return refresh.purge(object);
        }

        @Override
        public void answered(PurgeOutcome.Final outcome) {
            switch (outcome) {
                case PurgeOutcome.Gone _ -> refresh.delivered(node.node().id(), object);
                case PurgeOutcome.Refused refusal -> {
                    refresh.owed(node.node().id(), object, refusal.answer(), true);
                    synchronized (TierDispatch.this) {
                        note(owed, node, object);
                        note(refused, node, object);
                    }
                }
            }
            ended(object, tier);
        }

        @Override
        public void undelivered(NodeHealth reason) {
            refresh.owed(node.node().id(), object, reason.reason(), reason instanceof NodeHealth.Refusing);
            synchronized (TierDispatch.this) {
                note(owed, node, object);
            }
            ended(object, tier);
        }

        /** The node will never get it, which is nothing that it owes. */
        void unsupported() {
            String selector = refresh.command().selector().name().toLowerCase(Locale.ROOT);
            String driver = node.node().driver().name();
            refresh.owed(node.node().id(), object, "cannot purge by " + selector + " with the driver " + driver, true);
            ended(object, tier);
        }
    }
}

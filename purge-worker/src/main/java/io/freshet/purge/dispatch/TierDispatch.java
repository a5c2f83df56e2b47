package io.freshet.purge.dispatch;

import io.freshet.purge.driver.Purge;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.NodeHealth;
import io.freshet.purge.node.PurgeAttempt;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Dispatch of the objects of one refresh through tiers of nodes. Each object goes on to the next tier by itself, when
 * every node of the tier before has answered or is lagging. So an object whose purge waits for a fetch delays no other.
 */
final class TierDispatch {

    /** Objects that share their permits: acquiring and releasing for each object would cost too many wake-ups. */
    private static final int CHUNK = 64;

    private final RefreshProgress refresh;
    private final List<List<NodeChannel>> route;
    private final InFlightLimiter limiter;
    private final String account;
    private final int width;
    private final AtomicIntegerArray openInChunk;
    private final AtomicIntegerArray unanswered;
    private final CountDownLatch open;
    private final Set<NodeChannel> missing = new HashSet<>();
    private final Set<NodeChannel> refused = new HashSet<>();

    /**
     * @param route the nodes of each tier that receive the objects, parents first
     */
    TierDispatch(RefreshProgress refresh, List<List<NodeChannel>> route, InFlightLimiter limiter) {
        int objects = refresh.objectCount();
        this.refresh = refresh;
        this.route = route;
        this.limiter = limiter;
        this.account = refresh.command().account();
        this.width = route.stream().mapToInt(List::size).max().orElse(0);
        this.openInChunk = new AtomicIntegerArray(Math.ceilDiv(objects, CHUNK));
        this.unanswered = new AtomicIntegerArray(objects);
        this.open = new CountDownLatch(objects);
    }

    /** Sends all objects, each chunk as soon as it has permits, and waits until all have passed the last tier. */
    void run() throws InterruptedException {
        for (int chunk = 0; chunk < openInChunk.length(); chunk++) {
            limiter.acquire(account, purgesOf(chunk));
            send(chunk);
        }
        open.await();
    }

    /** Waits at most this long, and returns whether all objects have passed the last tier. */
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        return open.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void send(int chunk) {
        int first = chunk * CHUNK;
        int end = first + objectsOf(chunk);
        openInChunk.set(chunk, objectsOf(chunk));
        for (int object = first; object < end; object++) {
            send(object, 0);
        }
    }

    private int objectsOf(int chunk) {
        return Math.min(CHUNK, refresh.objectCount() - chunk * CHUNK);
    }

    /** Returns the most purges that a chunk may have in flight: its objects are in one tier at a time. */
    private int purgesOf(int chunk) {
        return objectsOf(chunk) * width;
    }

    private void complete(int object) {
        int chunk = object / CHUNK;
        if (openInChunk.decrementAndGet(chunk) == 0) {
            limiter.release(account, purgesOf(chunk));
        }
        open.countDown();
    }

    /** Returns the nodes that have not received some object, and are to be sent it again. Call it after the end. */
    synchronized Set<NodeChannel> missing() {
        return Set.copyOf(missing);
    }

    /** Returns whether this node has refused some of the objects, although it may be healthy. */
    synchronized boolean isRefusedBy(NodeChannel node) {
        return refused.contains(node);
    }

    private void send(int object, int tier) {
        if (tier == route.size()) {
            complete(object);
            return;
        }
        List<NodeChannel> nodes = route.get(tier);
        unanswered.set(object, nodes.size() + 1); // one for this method: no answer starts the next tier before its end
        for (NodeChannel node : nodes) {
            ObjectPurge attempt = new ObjectPurge(node, object, tier);
            if (node.driver().supports(refresh.command().selector())) {
                node.send(attempt);
            } else {
                attempt.unsupported();
            }
        }
        answered(object, tier);
    }

    private void answered(int object, int tier) {
        if (unanswered.decrementAndGet(object) == 0) {
            send(object, tier + 1);
        }
    }

    private synchronized void note(Set<NodeChannel> nodes, NodeChannel node) {
        nodes.add(node);
    }

    /** Purge of one object on one node. */
    private final class ObjectPurge extends PurgeAttempt {

        private final NodeChannel node;
        private final int object;
        private final int tier;

        ObjectPurge(NodeChannel node, int object, int tier) {
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
                    refresh.missing(node.node().id(), object, refusal.answer(), true);
                    note(missing, node);
                    note(refused, node);
                }
            }
            TierDispatch.this.answered(object, tier);
        }

        @Override
        public void undelivered(NodeHealth health) {
            refresh.missing(node.node().id(), object, health.reason(), health instanceof NodeHealth.Refusing);
            note(missing, node);
            TierDispatch.this.answered(object, tier);
        }

        /** Reports a purge that the node can never receive, so that it is not missing. */
        void unsupported() {
            String selector = refresh.command().selector().name().toLowerCase(Locale.ROOT);
            String driver = node.node().driver().name();
            refresh.missing(
                    node.node().id(), object, "cannot purge by " + selector + " with the driver " + driver, true);
            TierDispatch.this.answered(object, tier);
        }
    }
}

package io.freshet.purge.dispatch;

import io.freshet.kafka.TaskCancellations;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.NodeHealth;
import io.freshet.purge.node.PurgeAttempt;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Dispatch of the objects of one refresh through tiers of nodes. Each object goes on to the next tier by itself, when
 * every node of the tier before has answered or is lagging. So an object whose purge waits for a fetch delays no other.
 */
public final class TierDispatch {

    /** Objects that share their permits: acquiring and releasing for each object would cost too many wake-ups. */
    private static final int CHUNK = 64;

    private final RefreshProgress refresh;
    private final PurgeRound round;
    private final List<List<NodeChannel>> route;
    private final InFlightLimiter limiter;
    private final String account;
    private final int width;
    private final Runnable objectReleased;

    /** Objects of each chunk that hold permits. */
    private final AtomicIntegerArray holdingInChunk;

    /** 1 for an object that holds permits. */
    private final AtomicIntegerArray holding;

    private final AtomicIntegerArray unanswered;
    private final CountDownLatch open;
    private volatile boolean cancelled;
    private final Set<NodeChannel> undelivered = new HashSet<>();
    private final Map<NodeChannel, IncompleteObjects> incomplete = new HashMap<>();

    /**
     * @param route the nodes of each tier that receive the objects, parents first
     * @param objectReleased called once for each object, when it is done or when its purge stalls: from then on it
     *     holds no place that another object needs. Must not block
     */
    public TierDispatch(
            RefreshProgress refresh,
            PurgeRound round,
            List<List<NodeChannel>> route,
            InFlightLimiter limiter,
            Runnable objectReleased) {
        int objects = refresh.objectCount();
        this.refresh = refresh;
        this.round = round;
        this.route = route;
        this.limiter = limiter;
        this.account = refresh.command().account();
        this.width = route.stream().mapToInt(List::size).max().orElse(0);
        this.objectReleased = objectReleased;
        this.holdingInChunk = new AtomicIntegerArray(Math.ceilDiv(objects, CHUNK));
        this.holding = new AtomicIntegerArray(objects);
        this.unanswered = new AtomicIntegerArray(objects);
        this.open = new CountDownLatch(objects);
    }

    /**
     * Sends all objects, each chunk as soon as it has permits, and waits until all have passed the last tier. If the
     * task is cancelled, it sends no more and waits for the purges in flight.
     */
    public void run(TaskCancellations cancellations) throws InterruptedException {
        try (TaskCancellations.Subscription _ =
                cancellations.subscribe(refresh.command().taskId(), this::cancel)) {
            for (int chunk = 0; chunk < holdingInChunk.length(); chunk++) {
                if (cancelled) {
                    skip(chunk);
                } else {
                    limiter.acquire(account, purgesOf(chunk));
                    send(chunk);
                }
            }
            open.await();
        }
    }

    private void cancel() {
        cancelled = true;
        refresh.cancel();
        route.forEach(tier -> tier.forEach(NodeChannel::dropCancelled));
    }

    private void skip(int chunk) {
        for (int object = 0; object < objectsOf(chunk); object++) {
            objectReleased.run();
            open.countDown();
        }
    }

    /** Waits at most this long, and returns whether all objects have passed the last tier. */
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        return open.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void send(int chunk) {
        int first = chunk * CHUNK;
        int end = first + objectsOf(chunk);
        holdingInChunk.set(chunk, objectsOf(chunk));
        for (int object = first; object < end; object++) {
            holding.set(object, 1);
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
        release(object);
        open.countDown();
    }

    /** Gives the object's place to others. */
    private void release(int object) {
        if (holding.compareAndSet(object, 1, 0)) {
            objectReleased.run();
            int chunk = object / CHUNK;
            if (holdingInChunk.decrementAndGet(chunk) == 0) {
                limiter.release(account, purgesOf(chunk));
            }
        }
    }

    /** Returns the nodes that were not healthy, and have not received some object. Call it after the end. */
    public synchronized Set<NodeChannel> undelivered() {
        return Set.copyOf(undelivered);
    }

    /** Returns the objects that healthy nodes have not completed. Call it after the end. */
    public synchronized Map<NodeChannel, IncompleteObjects> incomplete() {
        return Map.copyOf(incomplete);
    }

    private void send(int object, int tier) {
        if (cancelled || tier == route.size()) {
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

    private synchronized void noteUndelivered(NodeChannel node) {
        undelivered.add(node);
    }

    private synchronized void noteIncomplete(NodeChannel node, int object, String reason, boolean isRefused) {
        incomplete.computeIfAbsent(node, _ -> new IncompleteObjects()).add(object, reason, isRefused);
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
        public String account() {
            return account;
        }

        @Override
        public Purge purge() {
            return round.purge(refresh.purge(object), node);
        }

        @Override
        public boolean isVerified() {
            int sample = node.verifiedObjects();
            return sample > 0 && object % Math.ceilDiv(refresh.objectCount(), sample) == 0;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public void cancelled() {
            reportSent();
            TierDispatch.this.answered(object, tier);
        }

        /** Notes a purge that was sent, though the node may not have answered it. */
        private void reportSent() {
            if (isSent()) {
                refresh.sent(object);
            }
        }

        @Override
        public void stalled() {
            release(object);
        }

        @Override
        public void postponed(String cause) {
            String reason = "is busy with it, and is asked again: " + cause;
            refresh.sent(object);
            refresh.missing(node.node().id(), object, reason, false);
            noteIncomplete(node, object, reason, false);
            TierDispatch.this.answered(object, tier);
        }

        @Override
        public void answered(PurgeOutcome.Final outcome) {
            switch (outcome) {
                case PurgeOutcome.Gone gone -> delivered(gone);
                case PurgeOutcome.Refused refusal -> {
                    refresh.sent(object);
                    refresh.missing(node.node().id(), object, refusal.answer(), true);
                    noteIncomplete(node, object, refusal.answer(), true);
                }
                case PurgeOutcome.StillServed served -> {
                    refresh.stillServed(node.node().id(), object, served.reason(), round.isSecond());
                    noteIncomplete(node, object, served.reason(), true);
                }
            }
            TierDispatch.this.answered(object, tier);
        }

        private void delivered(PurgeOutcome.Gone answer) {
            if (isConfirmed()) {
                refresh.verified(node.node().id(), object);
            }
            if (answer == PurgeOutcome.Gone.ABSENT && isResent()) {
                refresh.delivered(node.node().id(), object);
            } else {
                refresh.delivered(node.node().id(), object, answer);
            }
        }

        @Override
        public void undelivered(NodeHealth health) {
            reportSent();
            refresh.missing(node.node().id(), object, health.reason(), health instanceof NodeHealth.Refusing);
            noteUndelivered(node);
            TierDispatch.this.answered(object, tier);
        }

        /** Reports a purge that the node can never receive, so that it is not missing. */
        void unsupported() {
            String selector = refresh.command().selector().toString();
            String driver = node.node().driver().name();
            refresh.missing(
                    node.node().id(), object, "cannot purge by " + selector + " with the driver " + driver, true);
            TierDispatch.this.answered(object, tier);
        }
    }
}

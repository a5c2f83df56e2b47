package io.freshet.purge.delivery;

import io.freshet.purge.driver.Outcome;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.node.Attempt;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.Standing;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Sends objects of a refresh to some nodes at once, and ends when each has answered or is late. */
final class Pass {

    private final Refresh refresh;
    private final CountDownLatch open;
    private final Map<String, BitSet> owed = new HashMap<>();
    private final Map<String, BitSet> refused = new HashMap<>();

    private Pass(Refresh refresh, int attempts) {
        this.refresh = refresh;
        this.open = new CountDownLatch(attempts);
    }

    /** Begins to send these objects to all these nodes. */
    static Pass start(Refresh refresh, BitSet objects, Collection<NodeChannel> nodes) {
        int[] indexes = objects.stream().toArray();
        Pass pass = new Pass(refresh, indexes.length * nodes.size());
        for (NodeChannel node : nodes) {
            if (node.driver().supports(refresh.command().selector())) {
                for (int object : indexes) {
                    node.send(pass.new OneObject(node.node().id(), object));
                }
            } else {
                pass.unsupported(node, indexes);
            }
        }
        return pass;
    }

    /** Waits this long at most; true when every attempt has ended. */
    boolean await(Duration atMost) throws InterruptedException {
        return open.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** By node, the objects that it did not get and that are to be tried again; after the end. */
    synchronized Map<String, BitSet> owed() {
        return Map.copyOf(owed);
    }

    /** Of {@link #owed}, the objects of this node that it refused although it is usable. */
    synchronized BitSet refusedBy(String node) {
        return refused.getOrDefault(node, new BitSet());
    }

    private void unsupported(NodeChannel node, int[] objects) {
        String reason = "cannot purge by " + refresh.command().selector().name().toLowerCase(Locale.ROOT)
                + " with the driver " + node.node().driver().name();
        for (int object : objects) {
            refresh.owed(node.node().id(), object, reason, true);
            open.countDown();
        }
    }

    private synchronized void owe(Map<String, BitSet> to, String node, int object) {
        to.computeIfAbsent(node, _ -> new BitSet()).set(object);
    }

    private final class OneObject implements Attempt {
        private final String node;
        private final int object;

        OneObject(String node, int object) {
            this.node = node;
            this.object = object;
        }

        @Override
        public Purge purge() {
            return refresh.purge(object);
        }

        @Override
        public void answered(Outcome.Final outcome) {
            switch (outcome) {
                case Outcome.Gone _ -> refresh.delivered(node, object);
                case Outcome.Refused refusal -> {
                    refresh.owed(node, object, refusal.answer(), true);
                    owe(owed, node, object);
                    owe(refused, node, object);
                }
            }
            open.countDown();
        }

        @Override
        public void late(Standing standing) {
            refresh.owed(node, object, standing.why(), standing instanceof Standing.Refusing);
            owe(owed, node, object);
            open.countDown();
        }
    }
}

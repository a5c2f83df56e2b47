package io.freshet.push.node;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.message.NodeChanged;
import io.freshet.contracts.message.NodeEvent;
import io.freshet.contracts.message.NodeFlushed;
import io.freshet.fleet.Node;
import io.freshet.kafka.ReceivedMessage;
import io.freshet.kafka.TopicReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Which nodes are not to be warmed now, and why: those that owe purges, since warming them would keep their old copies, and those that do not
 * answer. A node nobody has said anything about is fine.
 */
public final class NodeStates implements TopicReader.Listener {

    private final Map<String, NodeChanged> events = new HashMap<>();
    private final Map<String, String> unreachable = new HashMap<>();
    private final Map<String, Long> lateSince = new HashMap<>();
    private final long begun = System.nanoTime();
    private final Reachability reachability;
    private boolean eventsRead;

    /**
     * @param reachability how to find out that a node answers again
     */
    public NodeStates(Reachability reachability) {
        this.reachability = reachability;
    }

    /** Why this node is to be waited for, or empty if it is not. */
    public synchronized Optional<String> lateBecause(String node) {
        if (!eventsRead) {
            return Optional.of("its state is not known yet");
        }
        String why = unreachable.get(node);
        return why != null ? Optional.of(why) : lateInEvents(node);
    }

    private Optional<String> lateInEvents(String node) {
        return events.values().stream()
                .filter(event -> event.node().equals(node) && event.state() == NodeState.LAGGING)
                .findFirst()
                .map(event -> event.why() == null ? "it owes purges" : event.why());
    }

    /**
     * Waits for a node that is late.
     *
     * @param since when its objects came, as {@link System#nanoTime}
     * @param patience how long it may be late from then on, or from when it became late if that was after
     * @return false if it was late for so long
     */
    public synchronized boolean await(String node, long since, Duration patience) throws InterruptedException {
        while (lateBecause(node).isPresent()) {
            long now = System.nanoTime();
            long waited = Math.min(now - since, now - lateSince.getOrDefault(node, begun));
            long left = patience.minusNanos(waited).toMillis();
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** A connection to this node failed: it is waited for until one succeeds. */
    public synchronized void unreachable(Node node, String why) {
        if (unreachable.put(node.id(), why) == null) {
            update(node.id());
            reachability.whenReachable(node.address(), () -> reachable(node));
        }
    }

    private synchronized void reachable(Node node) {
        unreachable.remove(node.id());
        update(node.id());
    }

    @Override
    public void received(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            forgotten(record.key());
            return;
        }
        switch (ReceivedMessage.read(record, NodeEvent.class)) {
            case NodeChanged changed -> changed(changed);
            case NodeFlushed _ -> {} // it is late until it says otherwise
        }
    }

    synchronized void changed(NodeChanged change) {
        events.put(change.key(), change);
        update(change.node());
    }

    /** The record of this key was deleted. */
    synchronized void forgotten(String key) {
        NodeChanged last = events.remove(key);
        if (last != null) {
            update(last.node());
        }
    }

    /** All that was ever said about nodes has been read. */
    @Override
    public synchronized void caughtUp() {
        eventsRead = true;
        List.copyOf(lateSince.keySet()).forEach(this::update);
        notifyAll();
    }

    private void update(String node) {
        if (lateBecause(node).isPresent()) {
            lateSince.putIfAbsent(node, System.nanoTime());
        } else {
            lateSince.remove(node);
        }
        notifyAll();
    }
}

package io.freshet.push.node;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.message.NodeChanged;
import io.freshet.contracts.message.NodeEvent;
import io.freshet.contracts.message.NodeFlushed;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.Node;
import io.freshet.kafka.ReceivedMessage;
import io.freshet.kafka.TopicReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Availability of nodes for pushes. Lagging nodes are unavailable, because a push would load their old copies, and so
 * are unreachable ones. A node that no worker has reported is available.
 */
public final class NodeAvailability implements TopicReader.Listener {

    /** Newest events by node and key; changed under the lock. */
    private final Map<String, Map<String, NodeChanged>> events = new HashMap<>();

    private final Map<String, String> unreachable = new HashMap<>();
    private final Map<String, Long> unavailableSince = new HashMap<>();
    /** Reasons by node, as the maps above give them; read without the lock, several times for each object. */
    private final Map<String, String> unavailable = new ConcurrentHashMap<>();

    private final long startedAt = System.nanoTime();
    private final ReconnectProbe reachability;
    private volatile boolean eventsRead;
    /** Ids of the configured nodes; null until they are known. */
    private volatile @Nullable Set<String> configured;

    /**
     * Creates the view.
     *
     * @param reachability finds out that a node answers again
     */
    public NodeAvailability(ReconnectProbe reachability) {
        this.reachability = reachability;
    }

    /** Returns the reason why the node is unavailable, or empty if it is available. */
    public Optional<String> unavailableBecause(String node) {
        return eventsRead ? Optional.ofNullable(unavailable.get(node)) : Optional.of("its state is not known yet");
    }

    /** Notes which nodes are configured now. */
    public synchronized void configured(Fleet fleet) {
        configured = fleet.nodes().stream().map(Node::id).collect(Collectors.toUnmodifiableSet());
        notifyAll();
    }

    /** Returns whether the node is not part of the fleet any more, so that nobody waits for it. */
    public boolean hasLeft(String node) {
        Set<String> known = configured;
        return known != null && !known.contains(node);
    }

    private Optional<String> reason(String node) {
        String why = unreachable.get(node);
        return why != null ? Optional.of(why) : laggingInEvents(node);
    }

    private Optional<String> laggingInEvents(String node) {
        return events.getOrDefault(node, Map.of()).values().stream()
                .filter(event -> event.state() == NodeState.LAGGING)
                .findFirst()
                .map(event -> event.why() == null ? "it has not received all purges" : event.why());
    }

    /**
     * Waits until the node is available, or has left the fleet.
     *
     * @param since start of the task, as {@link System#nanoTime}
     * @param timeout limit from {@code since}, or from when the node became unavailable if that was later
     * @return false if the node is still unavailable then
     */
    public synchronized boolean await(String node, long since, Duration timeout) throws InterruptedException {
        while (unavailableBecause(node).isPresent()) {
            if (hasLeft(node)) {
                return false;
            }
            long now = System.nanoTime();
            long waited = Math.min(now - since, now - unavailableSince.getOrDefault(node, startedAt));
            long left = timeout.minusNanos(waited).toMillis();
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** Marks the node as unreachable until a connection succeeds. */
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
            removed(record.key());
            return;
        }
        switch (ReceivedMessage.read(record, NodeEvent.class)) {
            case NodeChanged changed -> changed(changed);
            case NodeFlushed _ -> {} // the node lags until a NodeChanged follows
        }
    }

    synchronized void changed(NodeChanged change) {
        events.computeIfAbsent(change.node(), _ -> new HashMap<>()).merge(change.key(), change, NodeChanged::newest);
        update(change.node());
    }

    /** Removes the state of a deleted key. */
    synchronized void removed(String key) {
        events.forEach((node, changes) -> {
            if (changes.remove(key) != null) {
                update(node);
            }
        });
    }

    /** Notes that the topic has been read to its end. */
    @Override
    public synchronized void caughtUp() {
        eventsRead = true;
        List.copyOf(unavailableSince.keySet()).forEach(this::update);
        notifyAll();
    }

    private void update(String node) {
        reason(node).ifPresentOrElse(why -> unavailable.put(node, why), () -> unavailable.remove(node));
        if (unavailableBecause(node).isPresent()) {
            unavailableSince.putIfAbsent(node, System.nanoTime());
        } else {
            unavailableSince.remove(node);
        }
        notifyAll();
    }
}

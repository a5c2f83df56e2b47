package io.freshet.purge.control;

import io.freshet.contracts.message.NodeChanged;
import io.freshet.contracts.message.NodeEvent;
import io.freshet.contracts.message.NodeFlushed;
import io.freshet.kafka.ReceivedMessage;
import io.freshet.kafka.TopicReader;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Events of all workers about nodes, read from their topic. An event that a worker sent late, after its successor's,
 * does not count.
 */
public final class NodeEvents implements TopicReader.Listener {

    private final EventClock clock;
    private final Map<String, Map<Integer, NodeChanged>> states = new HashMap<>();
    private final Map<String, NodeFlushed> flushes = new HashMap<>();
    private boolean complete;

    /** @param clock which is told the time of each event */
    public NodeEvents(EventClock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void received(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            forget(record.key());
            return;
        }
        switch (ReceivedMessage.read(record, NodeEvent.class)) {
            case NodeChanged changed -> {
                clock.observe(changed.since());
                states.computeIfAbsent(changed.node(), _ -> new HashMap<>())
                        .merge(changed.partition(), changed, NodeChanged::newest);
            }
            case NodeFlushed flushed -> {
                clock.observe(flushed.at());
                flushes.merge(flushed.node(), flushed, (last, now) -> now.at().isBefore(last.at()) ? last : now);
            }
        }
    }

    private void forget(String key) {
        states.values()
                .forEach(partitions ->
                        partitions.values().removeIf(state -> state.key().equals(key)));
    }

    @Override
    public synchronized void caughtUp() {
        complete = true;
    }

    /** Returns whether all events from before the start have been read. */
    public synchronized boolean isComplete() {
        return complete;
    }

    /** Returns whether any worker has ever published a state of this node. */
    public synchronized boolean mentions(String node) {
        return states.containsKey(node);
    }

    /** Returns the states of all nodes on partitions from this number on. */
    public synchronized List<NodeChanged> statesFrom(int partition) {
        return states.values().stream()
                .flatMap(partitions -> partitions.values().stream())
                .filter(state -> state.partition() >= partition)
                .toList();
    }

    /** Returns the last flush of the node. */
    public synchronized Optional<NodeFlushed> lastFlush(String node) {
        return Optional.ofNullable(flushes.get(node));
    }

    /** Returns the partitions on which the node needs a flush, and has not been flushed since. */
    public synchronized List<Integer> partitionsInNeedOfFlush(String node) {
        Instant flushed = lastFlush(node).map(NodeFlushed::at).orElse(Instant.MIN);
        return states(node).stream()
                .filter(state -> state.needsFlush() && state.since().isAfter(flushed))
                .map(NodeChanged::partition)
                .toList();
    }

    private Collection<NodeChanged> states(String node) {
        return states.getOrDefault(node, Map.of()).values();
    }
}

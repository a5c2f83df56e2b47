package io.freshet.purge.steering;

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

/** What all workers have said of the nodes. */
public final class NodeEvents implements TopicReader.Listener {

    private final Map<String, Map<Integer, NodeChanged>> states = new HashMap<>();
    private final Map<String, NodeFlushed> flushes = new HashMap<>();
    private boolean complete;

    @Override
    public synchronized void received(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            return;
        }
        switch (ReceivedMessage.read(record, NodeEvent.class)) {
            case NodeChanged changed ->
                states.computeIfAbsent(changed.node(), _ -> new HashMap<>()).put(changed.partition(), changed);
            case NodeFlushed flushed -> flushes.put(flushed.node(), flushed);
        }
    }

    @Override
    public synchronized void caughtUp() {
        complete = true;
    }

    /** Whether all that was said before the start has been read. */
    public synchronized boolean isComplete() {
        return complete;
    }

    /** Whether any worker has ever said anything of this node. */
    public synchronized boolean mentions(String node) {
        return states.containsKey(node);
    }

    /** The last flush of the node. */
    public synchronized Optional<NodeFlushed> lastFlush(String node) {
        return Optional.ofNullable(flushes.get(node));
    }

    /** The partitions on which the node needs a flush that it has not had since. */
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

package io.freshet.purge.steering;

import io.freshet.contracts.message.FlushNode;
import io.freshet.contracts.message.HoldNode;
import io.freshet.contracts.message.NodeAction;
import io.freshet.contracts.message.ReleaseNode;
import io.freshet.contracts.message.RewindNode;
import io.freshet.kafka.ReceivedMessage;
import io.freshet.kafka.TopicReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What operators want done with nodes. Every worker knows all of it before it begins. */
public final class NodeActions implements TopicReader.Listener {

    /** So many orders of each node are remembered that may not have been carried out. */
    private static final int REMEMBERED = 100;

    /**
     * An order and its place in the log, by which partitions remember what they have carried out.
     */
    public record Given(long offset, NodeAction order) {}

    private final Map<String, HoldNode> holds = new HashMap<>();
    private final Map<String, TreeMap<Long, NodeAction>> errands = new HashMap<>();
    private boolean complete;
    private long last = -1;

    @Override
    public synchronized void received(ConsumerRecord<String, byte[]> record) {
        last = record.offset();
        if (record.value() == null) {
            return;
        }
        NodeAction order = ReceivedMessage.read(record, NodeAction.class);
        switch (order) {
            case HoldNode hold -> holds.put(hold.node(), hold);
            case ReleaseNode release -> holds.remove(release.node());
            case RewindNode _, FlushNode _ -> remember(record.offset(), order);
        }
    }

    private void remember(long offset, NodeAction order) {
        TreeMap<Long, NodeAction> ofNode = errands.computeIfAbsent(order.node(), _ -> new TreeMap<>());
        ofNode.put(offset, order);
        if (ofNode.size() > REMEMBERED) {
            ofNode.pollFirstEntry();
        }
    }

    @Override
    public synchronized void caughtUp() {
        complete = true;
    }

    /** Whether all that was ordered before the start has been read. */
    public synchronized boolean isComplete() {
        return complete;
    }

    /** The offset of the newest order; -1 if there is none. */
    public synchronized long last() {
        return last;
    }

    /** The order by which a node is held in maintenance now. */
    public synchronized Optional<HoldNode> hold(String node) {
        return Optional.ofNullable(holds.get(node));
    }

    /** Rewinds and flushes of a node that were ordered after the order at this offset, oldest first. */
    public synchronized List<Given> since(String node, long offset) {
        return errands.getOrDefault(node, new TreeMap<>()).tailMap(offset, false).entrySet().stream()
                .map(entry -> new Given(entry.getKey(), entry.getValue()))
                .toList();
    }
}

package io.freshet.purge.control;

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

/**
 * Node actions of operators, read from their topic. Every worker has read all of them before it takes over partitions.
 */
public final class NodeActions implements TopicReader.Listener {

    /** Rewinds and flushes that are remembered for each node. */
    private static final int MAX_PENDING = 100;

    /**
     * Rewind or flush that a partition may not have carried out yet.
     *
     * @param offset by which partitions remember what they have carried out
     */
    public record PendingAction(long offset, NodeAction action) {}

    /** Flush that has not been carried out yet. */
    public record PendingFlush(long offset, FlushNode request) {

        /** Returns whether a worker requires it, because the node may hold old copies of a parent. */
        public boolean isRequired() {
            return request.reason() != null;
        }
    }

    private final Map<String, HoldNode> holds = new HashMap<>();
    private final Map<String, TreeMap<Long, NodeAction>> pendingActions = new HashMap<>();
    private boolean complete;
    private long lastOffset = -1;

    @Override
    public synchronized void received(ConsumerRecord<String, byte[]> record) {
        lastOffset = record.offset();
        if (record.value() == null) {
            return;
        }
        NodeAction action = ReceivedMessage.read(record, NodeAction.class);
        switch (action) {
            case HoldNode hold -> holds.put(hold.node(), hold);
            case ReleaseNode release -> holds.remove(release.node());
            case RewindNode _, FlushNode _ -> remember(record.offset(), action);
        }
    }

    private void remember(long offset, NodeAction action) {
        TreeMap<Long, NodeAction> ofNode = pendingActions.computeIfAbsent(action.node(), _ -> new TreeMap<>());
        ofNode.put(offset, action);
        if (ofNode.size() > MAX_PENDING) {
            ofNode.pollFirstEntry();
        }
    }

    @Override
    public synchronized void caughtUp() {
        complete = true;
    }

    /** Returns whether all actions that were requested before the start have been read. */
    public synchronized boolean isComplete() {
        return complete;
    }

    /** Returns the offset of the newest action; -1 if there is none. */
    public synchronized long lastOffset() {
        return lastOffset;
    }

    /** Returns the action that holds the node in maintenance now. */
    public synchronized Optional<HoldNode> hold(String node) {
        return Optional.ofNullable(holds.get(node));
    }

    /**
     * Returns the newest request to flush the node whole after the action at this offset.
     *
     * @param offset of the last action that was carried out
     */
    public synchronized Optional<PendingFlush> pendingFlush(String node, long offset) {
        return pendingActions(node, offset).stream()
                .filter(pending -> pending.action() instanceof FlushNode)
                .reduce((_, newest) -> newest)
                .map(pending -> new PendingFlush(pending.offset(), (FlushNode) pending.action()));
    }

    /** Returns the rewinds and flushes of a node that were requested after the action at this offset, oldest first. */
    public synchronized List<PendingAction> pendingActions(String node, long offset) {
        return pendingActions.getOrDefault(node, new TreeMap<>()).tailMap(offset, false).entrySet().stream()
                .map(entry -> new PendingAction(entry.getKey(), entry.getValue()))
                .toList();
    }
}

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
 * Partitions remember by {@linkplain ActionNumber numbers} what they have carried out.
 */
public final class NodeActions implements TopicReader.Listener {

    /** Rewinds and flushes that are remembered for each node. */
    private static final int MAX_PENDING = 100;

    private static final long NO_ACTION = -1;

    /**
     * Rewind or flush that a partition may not have carried out yet.
     *
     * @param number by which partitions remember what they have carried out
     */
    public record PendingAction(long number, NodeAction action) {}

    /** Flush that has not been carried out yet. */
    public record PendingFlush(long number, FlushNode request) {

        /** Returns whether a worker requires it, because the node may hold old copies of a parent. */
        public boolean isRequired() {
            return request.reason() != null;
        }
    }

    private final Map<String, HoldNode> holds = new HashMap<>();
    private final Map<String, TreeMap<Long, NodeAction>> pendingActions = new HashMap<>();
    private boolean complete;
    private long firstNumber;
    private long lastAction = NO_ACTION;

    @Override
    public synchronized void opened(String topicId) {
        firstNumber = ActionNumber.first(topicId);
        lastAction = NO_ACTION;
        holds.clear();
        pendingActions.clear();
    }

    @Override
    public synchronized void received(ConsumerRecord<String, byte[]> record) {
        lastAction = firstNumber + record.offset();
        if (record.value() == null) {
            return;
        }
        NodeAction action = ReceivedMessage.read(record, NodeAction.class);
        switch (action) {
            case HoldNode hold -> holds.put(hold.node(), hold);
            case ReleaseNode release -> holds.remove(release.node());
            case RewindNode _, FlushNode _ -> remember(lastAction, action);
        }
    }

    private void remember(long number, NodeAction action) {
        TreeMap<Long, NodeAction> ofNode = pendingActions.computeIfAbsent(action.node(), _ -> new TreeMap<>());
        ofNode.put(number, action);
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

    /** Returns the number of the newest action; -1 if there is none. */
    public synchronized long lastAction() {
        return lastAction;
    }

    /** Returns whether the action is in the topic as it is now, and comes after the last one that was carried out. */
    public synchronized boolean isAfter(long action, long last) {
        return isCurrent(action) && (!isCurrent(last) || number(action) > number(last));
    }

    /** Returns the number of an action of this topic, which an earlier version may have written without the topic. */
    private long number(long action) {
        return ActionNumber.isPlainOffset(action) ? firstNumber + action : action;
    }

    /** Returns whether the number is of an action in the topic as it is now, and not of one that was deleted. */
    private boolean isCurrent(long number) {
        return ActionNumber.isPlainOffset(number) || ActionNumber.isSameTopic(number, firstNumber);
    }

    /** Returns the action that holds the node in maintenance now. */
    public synchronized Optional<HoldNode> hold(String node) {
        return Optional.ofNullable(holds.get(node));
    }

    /**
     * Returns the newest request to flush the node whole that has not been carried out.
     *
     * @param last number of the last action that was carried out
     */
    public synchronized Optional<PendingFlush> pendingFlush(String node, long last) {
        return pendingActions(node, last).stream()
                .filter(pending -> pending.action() instanceof FlushNode)
                .reduce((_, newest) -> newest)
                .map(pending -> new PendingFlush(pending.number(), (FlushNode) pending.action()));
    }

    /**
     * Returns the rewinds and flushes of a node that have not been carried out, oldest first.
     *
     * @param last number of the last action that was carried out
     */
    public synchronized List<PendingAction> pendingActions(String node, long last) {
        long after = isCurrent(last) ? number(last) : NO_ACTION;
        return pendingActions.getOrDefault(node, new TreeMap<>()).tailMap(after, false).entrySet().stream()
                .map(entry -> new PendingAction(entry.getKey(), entry.getValue()))
                .toList();
    }
}

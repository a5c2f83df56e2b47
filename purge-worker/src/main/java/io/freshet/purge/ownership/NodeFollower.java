package io.freshet.purge.ownership;

import io.freshet.contracts.message.FlushNode;
import io.freshet.contracts.message.HoldNode;
import io.freshet.contracts.message.NodeFlushed;
import io.freshet.contracts.message.ReleaseNode;
import io.freshet.contracts.message.RewindNode;
import io.freshet.fleet.node.Driver;
import io.freshet.purge.control.NodeActions;
import io.freshet.purge.control.NodeActions.PendingAction;
import io.freshet.purge.control.NodeEvents;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.ObservedRestartToken;
import io.freshet.purge.partition.PartitionState;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Applies to one partition what happens to the nodes: health, flushes, node actions, restarts. */
final class NodeFollower {

    private final PartitionState partition;
    private final NodeActions actions;
    private final NodeEvents events;
    private final CommandTopic commands;

    NodeFollower(PartitionState partition, NodeActions actions, NodeEvents events, CommandTopic commands) {
        this.partition = partition;
        this.actions = actions;
        this.events = events;
        this.commands = commands;
    }

    /** Applies everything that has happened to any node since the last call. */
    void follow() {
        partition.nodes().forEach(this::follow);
    }

    private void follow(NodeChannel node) {
        String id = node.node().id();
        Optional<HoldNode> hold = actions.hold(id);
        if (hold.isPresent()) {
            partition.markLagging(
                    node,
                    "is held in maintenance by " + hold.get().by() + ": "
                            + hold.get().reason());
        } else if (!node.health().isHealthy()) {
            partition.markLagging(node, node.health().reason());
        } else {
            actions.pendingFlush(id, partition.lastAction(node))
                    .filter(NodeActions.PendingFlush::isRequired)
                    .ifPresent(flush -> partition.markLagging(node, reason(node, flush.request())));
        }
        events.lastFlush(id)
                .ifPresent(flush -> partition.noteFlushed(
                        node,
                        flush.at(),
                        flush.topicId(),
                        flush.ends().getOrDefault(partition.partition(), 0L),
                        newAction(node, flush)));
        carryOutActions(node);
        rewindIfRestarted(node);
    }

    /** Returns the action that asked for the flush; null if there is none, or the partition knows it already. */
    private @Nullable Long newAction(NodeChannel node, NodeFlushed flush) {
        Long action = flush.actionOffset();
        return action != null && actions.isAfter(action, partition.lastAction(node)) ? action : null;
    }

    private static String reason(NodeChannel node, FlushNode required) {
        return node.driver().flush() == null
                ? "must be emptied by hand, because " + required.reason()
                        + "; empty its cache, then confirm it with POST /v1/nodes/"
                        + node.node().id() + "/flush"
                : "must be flushed, because " + required.reason();
    }

    private void carryOutActions(NodeChannel node) {
        for (PendingAction pending : actions.pendingActions(node.node().id(), partition.lastAction(node))) {
            switch (pending.action()) {
                case RewindNode rewind -> {
                    rewind(
                            node,
                            rewind.to(),
                            "receives again what was sent to it since " + rewind.to() + ", as requested by "
                                    + rewind.by());
                    partition.noteAction(node, pending.number());
                }
                case FlushNode _ -> {
                    return; // done when its event arrives; later actions wait for it
                }
                case HoldNode _, ReleaseNode _ -> partition.noteAction(node, pending.number());
            }
        }
    }

    private void rewind(NodeChannel node, Instant to, String reason) {
        commands.firstSince(partition.partition(), to).ifPresent(offset -> partition.rewind(node, offset, to, reason));
    }

    /** A server that restores purged objects at its restart has lost the purges of the last minutes. */
    private void rewindIfRestarted(NodeChannel node) {
        Driver.RestartToken settings = node.driver().restartToken();
        ObservedRestartToken now = node.observedRestartToken();
        if (settings == null || now == null) {
            return;
        }
        partition
                .restartToken(node)
                .filter(last -> !last.value().equals(now.value()))
                .ifPresent(last -> rewind(
                        node,
                        last.at().minus(settings.rewind()),
                        "was restarted, and receives again what it may have lost"));
        partition.noteRestartToken(node, now);
    }

    /** Returns whether a lagging node may be sent something again. */
    boolean canReceive(NodeChannel node) {
        String id = node.node().id();
        boolean awaitsFlush =
                actions.pendingFlush(id, partition.lastAction(node)).isPresent();
        return node.health().isHealthy()
                && actions.hold(id).isEmpty()
                && !awaitsFlush
                && partition.knowsRestartToken(node);
    }
}

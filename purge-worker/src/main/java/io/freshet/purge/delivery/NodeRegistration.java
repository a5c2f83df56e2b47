package io.freshet.purge.delivery;

import io.freshet.fleet.Fleet;
import io.freshet.fleet.NewNodes;
import io.freshet.fleet.Tier;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.cursor.Cursor;
import io.freshet.purge.cursor.Cursor.State;
import io.freshet.purge.cursor.CursorStore;
import io.freshet.purge.cursor.Cursors;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.steering.NodeEvents;
import io.freshet.purge.steering.NodeActions;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives nodes that nobody has seen before their first cursors, on all partitions at once. A node that is known and has none here is not new. */
final class NodeRegistration {

    private static final Logger log = LoggerFactory.getLogger(NodeRegistration.class);

    private final Fleet fleet;
    private final CommandTopic commands;
    private final CursorStore store;
    private final NodeEvents nodeLog;
    private final NodeActions orders;
    private final Clock clock;

    NodeRegistration(Fleet fleet, CommandTopic commands, CursorStore store, NodeEvents nodeLog, NodeActions orders, Clock clock) {
        this.fleet = fleet;
        this.commands = commands;
        this.store = store;
        this.nodeLog = nodeLog;
        this.orders = orders;
        this.clock = clock;
    }

    /** The cursors of these nodes on this partition; a node that is left out has lost its own. One call at a time. */
    synchronized Map<String, Cursors> withFirstCursors(int partition, List<NodeChannel> nodes) {
        List<String> ids = nodes.stream().map(node -> node.node().id()).toList();
        Map<String, Cursors> cursors = store.read(partition, ids);
        List<String> unknown = ids.stream()
                .filter(id -> !cursors.containsKey(id) && !store.knows(id))
                .toList();
        if (unknown.isEmpty()) {
            return cursors;
        }
        unknown.forEach(this::register);
        return store.read(partition, ids);
    }

    private void register(String node) {
        State state = believed(node);
        log.info("{} is new here, and {}", node, state == State.LIVE ? "believed to be empty" : "is to be flushed");
        Instant now = clock.instant();
        String topicId = commands.topicId();
        Map<Integer, Cursor> cursors = new HashMap<>();
        commands.ends()
                .forEach((partition, end) ->
                        cursors.put(partition, new Cursor(end, state, topicId, now, now, null, orders.last())));
        store.register(node, cursors);
    }

    private State believed(String node) {
        if (nodeLog.mentions(node)) {
            return State.LOST; // its cursors were deleted, perhaps with the topic
        }
        return fleet.tiers().stream()
                        .filter(tier ->
                                tier.nodes().stream().anyMatch(each -> each.id().equals(node)))
                        .map(Tier::newNodes)
                        .anyMatch(NewNodes.FLUSH::equals)
                ? State.LOST
                : State.LIVE;
    }
}

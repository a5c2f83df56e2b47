package io.freshet.purge.ownership;

import io.freshet.contracts.CursorState;
import io.freshet.fleet.definition.NodeDefinitions;
import io.freshet.fleet.node.NewNodes;
import io.freshet.fleet.node.Tier;
import io.freshet.fleet.watch.CurrentFleet;
import io.freshet.purge.control.NodeActions;
import io.freshet.purge.control.NodeEvents;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.cursor.Cursor;
import io.freshet.purge.cursor.CursorStore;
import io.freshet.purge.cursor.Cursors;
import io.freshet.purge.node.NodeChannel;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers new nodes: commits their first cursors, on all partitions at once. A node that has cursors elsewhere is not
 * new.
 */
public final class NodeRegistration {

    private static final Logger log = LoggerFactory.getLogger(NodeRegistration.class);

    private final CurrentFleet fleet;
    private final NodeDefinitions definitions;
    private final CommandTopic commands;
    private final CursorStore store;
    private final NodeEvents events;
    private final NodeActions actions;
    private final InstantSource clock;

    public NodeRegistration(
            CurrentFleet fleet,
            NodeDefinitions definitions,
            CommandTopic commands,
            CursorStore store,
            NodeEvents events,
            NodeActions actions,
            InstantSource clock) {
        this.fleet = fleet;
        this.definitions = definitions;
        this.commands = commands;
        this.store = store;
        this.events = events;
        this.actions = actions;
        this.clock = clock;
    }

    /** Returns whether the fleet has all nodes that were defined beside the configuration when this worker started. */
    boolean isFleetComplete() {
        return definitions.isComplete();
    }

    /**
     * Returns the cursors of all nodes on a partition, after registering those of these that are new. One of these
     * that is left out has lost its cursor. Nodes that have left the fleet are included.
     */
    synchronized Map<String, Cursors> withFirstCursors(int partition, List<NodeChannel> nodes) {
        List<String> ids = nodes.stream().map(node -> node.node().id()).toList();
        Map<String, Cursors> cursors = store.read(partition);
        List<String> missing =
                ids.stream().filter(id -> !cursors.containsKey(id)).toList();
        if (missing.isEmpty()) {
            return cursors;
        }
        Set<String> known = store.known(missing);
        List<String> unknown =
                missing.stream().filter(id -> !known.contains(id)).toList();
        if (unknown.isEmpty()) {
            return cursors;
        }
        register(unknown);
        return store.read(partition);
    }

    private void register(List<String> nodes) {
        Map<Integer, Long> ends = commands.ends();
        String topicId = commands.topicId();
        store.register(
                nodes.stream().collect(Collectors.toMap(node -> node, node -> firstCursors(node, topicId, ends))));
    }

    private Map<Integer, Cursor> firstCursors(String node, String topicId, Map<Integer, Long> ends) {
        CursorState state = initialState(node);
        log.info("{} is new and {}", node, state == CursorState.IN_SYNC ? "taken to be empty" : "will be flushed");
        Instant now = clock.instant();
        Map<Integer, Cursor> cursors = new HashMap<>();
        ends.forEach((partition, end) ->
                cursors.put(partition, new Cursor(end, state, topicId, now, now, null, actions.lastAction())));
        return cursors;
    }

    private CursorState initialState(String node) {
        if (events.mentions(node)) {
            return CursorState.LOST; // its cursors were deleted, perhaps with the topic
        }
        return fleet.get().tiers().stream()
                        .filter(tier ->
                                tier.nodes().stream().anyMatch(each -> each.id().equals(node)))
                        .map(Tier::newNodes)
                        .anyMatch(NewNodes.FLUSH::equals)
                ? CursorState.LOST
                : CursorState.IN_SYNC;
    }
}

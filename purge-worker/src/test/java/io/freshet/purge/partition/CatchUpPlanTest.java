package io.freshet.purge.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.stage.SettableClock;
import io.freshet.purge.stage.TestFleet;
import io.freshet.purge.topology.TierTopology;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CatchUpPlanTest {

    private static final TierTopology TIERS = TestFleet.tiers();
    private static final NodeChannel PARENT = TIERS.inOrder().getFirst().getFirst();
    private static final NodeChannel CHILD = TIERS.inOrder().getLast().getFirst();

    private final SettableClock clock = new SettableClock();
    private final PartitionOffsets offsets = new PartitionOffsets();
    private final NodeHierarchy nodes = new NodeHierarchy(TIERS.inOrder(), offsets, clock);
    private final CatchUpPlan plan = new CatchUpPlan(nodes, offsets, clock);

    @AfterAll
    static void close() {
        TIERS.all().forEach(NodeChannel::close);
    }

    @BeforeEach
    void open() {
        offsets.open("topic-1", 10, 0);
    }

    @Test
    void nothing_is_planned_while_all_nodes_are_in_sync() {
        assertThat(plan.next(_ -> true)).isEmpty();
        assertThat(plan.due(9)).isEmpty();
    }

    @Test
    void node_that_cannot_receive_does_not_catch_up() {
        lag(PARENT, 4);
        assertThat(plan.next(_ -> false)).isEmpty();
        assertThat(nodes.of(PARENT).receivesNewCommands()).isFalse();
    }

    @Test
    void lost_node_does_not_catch_up() {
        nodes.markLost(nodes.of(PARENT), clock.instant());
        assertThat(plan.next(_ -> true)).isEmpty();
    }

    @Test
    void range_begins_at_the_node_that_is_farthest_behind() {
        lag(PARENT, 4);
        lag(CHILD, 2);
        assertThat(plan.next(_ -> true)).contains(new OffsetRange(2, 10));
        assertThat(plan.due(3)).containsExactly(CHILD);
        assertThat(plan.due(4)).containsExactly(PARENT, CHILD);
    }

    @Test
    void child_waits_for_commands_in_flight_and_parent_does_not() {
        offsets.dispatch(10);
        lag(CHILD, 9);
        lag(PARENT, 9);
        assertThat(plan.next(_ -> true)).contains(new OffsetRange(9, 11));
        assertThat(plan.due(10)).containsExactly(PARENT);
        offsets.complete(10);
        assertThat(plan.due(10)).containsExactly(PARENT, CHILD);
    }

    @Test
    void node_is_in_sync_when_its_last_command_is_complete() {
        lag(PARENT, 9);
        plan.next(_ -> true);
        plan.complete(List.of(PARENT), 9);
        assertThat(nodes.of(PARENT).isInSync()).isTrue();
        assertThat(plan.next(_ -> true)).isEmpty();
    }

    @Test
    void skipped_range_is_not_due() {
        lag(PARENT, 4);
        plan.next(_ -> true);
        plan.skip(new OffsetRange(4, 8));
        assertThat(plan.next(_ -> true)).contains(new OffsetRange(8, 10));
    }

    private void lag(NodeChannel node, long offset) {
        nodes.of(node).markLagging("is down", offset, offset, clock.instant());
    }
}

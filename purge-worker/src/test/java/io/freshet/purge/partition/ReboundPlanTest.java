package io.freshet.purge.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.stage.SettableClock;
import io.freshet.purge.stage.TestFleet;
import io.freshet.purge.topology.TierTopology;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReboundPlanTest {

    private static final TierTopology TIERS = TestFleet.tiers();
    private static final NodeChannel NODE = TIERS.all().getFirst();
    private static final Duration DELAY = Duration.ofSeconds(60);

    private final SettableClock clock = new SettableClock();
    private final PartitionOffsets offsets = new PartitionOffsets();
    private final NodeHierarchy nodes = new NodeHierarchy(TIERS.inOrder(), offsets, clock);
    private final ReboundPlan plan = new ReboundPlan(nodes, DELAY, clock::nanoTime);

    @AfterAll
    static void close() {
        TIERS.all().forEach(NodeChannel::close);
    }

    @BeforeEach
    void open() {
        offsets.open("topic-1", 10, 0);
        nodes.all().forEach(position -> position.restoreSettled(8));
        plan.recordCheckpoints();
    }

    @Test
    void nothing_is_due_before_the_delay() {
        clock.advance(DELAY.minusMillis(1));
        assertThat(plan.next()).isEmpty();
        assertThat(plan.due(8)).isEmpty();
    }

    @Test
    void everything_up_to_an_old_checkpoint_is_due() {
        clock.advance(DELAY);
        assertThat(plan.next()).contains(new OffsetRange(8, 10));
        assertThat(plan.due(9)).hasSize(4);
        assertThat(plan.due(10)).isEmpty();
    }

    @Test
    void lagging_node_is_not_due() {
        clock.advance(DELAY);
        nodes.markLagging(nodes.of(NODE), "is down");
        assertThat(plan.due(8)).doesNotContain(NODE).hasSize(3);
    }

    @Test
    void completed_offset_counts_only_if_it_is_the_next_one() {
        clock.advance(DELAY);
        plan.complete(TIERS.all(), 9);
        assertThat(nodes.of(NODE).settledOffset()).isEqualTo(8);
        plan.complete(TIERS.all(), 8);
        plan.complete(TIERS.all(), 9);
        assertThat(nodes.of(NODE).settledOffset()).isEqualTo(10);
        assertThat(plan.next()).isEmpty();
    }

    @Test
    void commands_that_need_no_second_purge_are_skipped_without_replay() {
        plan.noteNotNeeded(8);
        clock.advance(DELAY);
        assertThat(plan.next()).contains(new OffsetRange(9, 10));
        assertThat(nodes.of(NODE).settledOffset()).isEqualTo(9);
        plan.noteNotNeeded(9);
        assertThat(plan.next()).isEmpty();
        assertThat(nodes.of(NODE).settledOffset()).isEqualTo(10);
    }

    @Test
    void skipped_range_ends_at_the_due_offset() {
        clock.advance(DELAY);
        plan.skip(new OffsetRange(8, 20));
        assertThat(nodes.of(NODE).settledOffset()).isEqualTo(10);
    }
}

package io.freshet.purge.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.CursorState;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.stage.TestFleet;
import io.freshet.purge.topology.TierTopology;
import java.time.Instant;
import java.util.BitSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodePositionTest {

    private static final TierTopology TIERS = TestFleet.tiers();
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    private final PartitionOffsets offsets = new PartitionOffsets();
    private final NodePosition position = new NodePosition(TIERS.all().getFirst(), 0, offsets);

    @AfterAll
    static void close() {
        TIERS.all().forEach(NodeChannel::close);
    }

    @BeforeEach
    void open() {
        offsets.open("topic-1", 10, 5);
    }

    @Test
    void node_in_sync_is_at_the_position_of_the_partition() {
        assertThat(position.isInSync() && position.receivesNewCommands()).isTrue();
        assertThat(position.appliedOffset()).isEqualTo(10);
        offsets.advancePosition(12);
        assertThat(position.appliedOffset()).isEqualTo(12);
    }

    @Test
    void lagging_node_stays_at_its_own_offset_and_receives_nothing_new() {
        position.markLagging("is down", 8, 7, NOW);
        offsets.advancePosition(12);
        assertThat(position.appliedOffset()).isEqualTo(8);
        assertThat(position.receivesNewCommands()).isFalse();
        assertThat(position.status().lagRecords()).isEqualTo(2);
        assertThat(position.status().reason()).isEqualTo("is down");
    }

    @Test
    void catch_up_ends_at_the_next_offset_of_its_start() {
        position.markLagging("is down", 8, 8, NOW);
        position.startCatchUp();
        offsets.dispatch(10);
        assertThat(position.receivesNewCommands()).isTrue();
        position.completeCatchUp(8, NOW);
        assertThat(position.isInSync()).isFalse();
        position.completeCatchUp(9, NOW);
        assertThat(position.isInSync()).isTrue();
    }

    @Test
    void completed_offset_that_is_not_the_next_one_does_not_count() {
        position.markLagging("is down", 8, 8, NOW);
        position.startCatchUp();
        position.completeCatchUp(9, NOW);
        assertThat(position.appliedOffset()).isEqualTo(8);
    }

    @Test
    void skipped_range_counts_from_the_nodes_own_offset_on() {
        position.markLagging("is down", 8, 8, NOW);
        position.startCatchUp();
        position.skipCatchUp(new OffsetRange(9, 10), NOW);
        assertThat(position.appliedOffset()).isEqualTo(8);
        position.skipCatchUp(new OffsetRange(8, 12), NOW);
        assertThat(position.isInSync()).isTrue();
    }

    @Test
    void rewind_takes_the_settled_offset_back_with_it() {
        position.restoreSettled(10);
        position.markLagging("is down", 10, 10, NOW);
        position.rewindTo(6);
        assertThat(position.appliedOffset()).isEqualTo(6);
        assertThat(position.settledOffset()).isEqualTo(6);
    }

    @Test
    void node_that_catches_up_has_received_old_and_new_commands_only() {
        position.markLagging("is down", 8, 8, NOW);
        position.startCatchUp();
        offsets.dispatch(10);
        assertThat(position.hasReceived(10)).as("while in flight").isFalse();
        offsets.complete(10);
        assertThat(position.hasReceived(7) && position.hasReceived(10)).isTrue();
        assertThat(position.hasReceived(9)).isFalse();
    }

    @Test
    void lost_node_begins_at_the_beginning_and_reports_that_it_needs_a_flush() {
        position.markLost(NOW);
        assertThat(position.appliedOffset()).isEqualTo(5);
        assertThat(position.status().isLost()).isTrue();
        assertThat(position.toCursors(5, 5, NOW).applied().state()).isEqualTo(CursorState.LOST);
    }

    @Test
    void flush_that_is_older_than_the_loss_does_not_end_it() {
        position.markLost(NOW);
        position.noteFlushed(NOW.minusSeconds(1), 10, null, true);
        assertThat(position.isLost()).isTrue();
        position.noteFlushed(NOW, 10, null, true);
        assertThat(position.isLost()).isFalse();
        assertThat(position.isFlushed(9)).isTrue();
        assertThat(position.isFlushed(10)).isFalse();
    }

    @Test
    void flush_beside_lagging_parents_spares_the_node_nothing() {
        position.markLost(NOW);
        position.noteFlushed(NOW, 10, null, false);
        assertThat(position.isLost()).isFalse();
        assertThat(position.isFlushed(5)).isFalse();
    }

    @Test
    void incomplete_command_is_forgotten_when_it_is_completed_or_leaves_the_topic() {
        BitSet both = BitSet.valueOf(new long[] {0b11});
        BitSet second = BitSet.valueOf(new long[] {0b10});
        position.incomplete().add(4, both);
        position.incomplete().add(6, both);
        position.incomplete().add(7, second);
        position.incomplete().remove(6, second);
        position.incomplete().remove(7, both);
        position.incomplete().trim(5);
        assertThat(position.incomplete().contains(4)).isFalse();
        assertThat(position.incomplete().of(6)).isEqualTo(BitSet.valueOf(new long[] {0b01}));
        assertThat(position.incomplete().contains(7)).isFalse();
    }

    @Test
    void oldest_missing_command_is_the_one_accepted_first() {
        position.markLagging("is down", 8, 8, NOW);
        position.noteMissing(NOW);
        position.noteMissing(NOW.minusSeconds(5));
        position.noteMissing(NOW.plusSeconds(5));
        assertThat(position.status().oldestMissingAt()).isEqualTo(NOW.minusSeconds(5));
    }
}

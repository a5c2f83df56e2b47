package io.freshet.purge.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.CursorState;
import io.freshet.purge.cursor.Cursor;
import io.freshet.purge.cursor.Cursors;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Commands that waited for nodes that have left the fleet. */
class RetirementTest {

    private static final String TOPIC = "topic";

    private final PartitionOffsets offsets = new PartitionOffsets();
    private final Retirement retirement = new Retirement();

    @Test
    void commands_that_a_node_has_not_received_are_reported_with_a_remark() {
        open(100, 100, Map.of("gone", cursors(40, 30, CursorState.LAGGING)));
        assertThat(retirement.next()).contains(new OffsetRange(30, 100));
        assertThat(retirement.remark(39)).isNull();
        assertThat(retirement.remark(40)).isEqualTo("without gone, which has left the fleet");
        assertThat(retirement.remark(99)).isEqualTo("without gone, which has left the fleet");
        assertThat(retirement.remark(100)).isNull();
    }

    @Test
    void cursors_are_retired_after_the_last_range_only() {
        Cursors gone = cursors(98, 98, CursorState.LAGGING);
        open(100, 100, Map.of("gone", gone));
        assertThat(retirement.next()).isPresent();
        retirement.reportedBelow(99);
        assertThat(retirement.next()).contains(new OffsetRange(99, 100));
        assertThat(retirement.reported()).isEmpty();
        retirement.reportedBelow(100);
        assertThat(retirement.reported()).isEmpty();
        assertThat(retirement.next()).isEmpty();
        assertThat(retirement.reported()).isEqualTo(Map.of("gone", gone.retire()));
        retirement.written();
        assertThat(retirement.reported()).isEmpty();
        assertThat(retirement.remark(99)).isNotNull();
    }

    @Test
    void retired_node_is_not_reported_again() {
        open(100, 100, Map.of("gone", cursors(40, 30, CursorState.LAGGING).retire()));
        assertThat(retirement.next()).isEmpty();
        assertThat(retirement.reported()).isEmpty();
        assertThat(retirement.remark(50)).isNull();
    }

    @Test
    void command_waits_for_the_second_purge_of_other_nodes_above_their_settled_offset() {
        open(100, 80, Map.of("gone", cursors(100, 70, CursorState.IN_SYNC)));
        assertThat(retirement.next()).contains(new OffsetRange(70, 100));
        assertThat(retirement.mayHaveWaited(79)).isTrue();
        assertThat(retirement.mayHaveWaited(80)).isFalse();
        assertThat(retirement.remark(79)).isNull();
    }

    @Test
    void lost_node_has_received_nothing_that_the_topic_holds() {
        offsets.open(TOPIC, 100, 60);
        retirement.open(Map.of("gone", cursors(90, 90, CursorState.LOST)), offsets, 100);
        assertThat(retirement.next()).contains(new OffsetRange(60, 100));
        assertThat(retirement.remark(60)).isNotNull();
    }

    @Test
    void node_with_cursors_of_a_former_topic_is_retired_without_a_report() {
        offsets.open("another", 100, 0);
        retirement.open(Map.of("gone", cursors(40, 40, CursorState.LAGGING)), offsets, 100);
        assertThat(retirement.next()).isEmpty();
        assertThat(retirement.reported()).containsOnlyKeys("gone");
    }

    @Test
    void trimmed_commands_are_not_reported() {
        open(100, 100, Map.of("gone", cursors(40, 40, CursorState.LAGGING)));
        retirement.reportedBelow(90);
        assertThat(retirement.next()).contains(new OffsetRange(90, 100));
    }

    @Test
    void command_with_incomplete_objects_is_reported() {
        open(100, 100, Map.of("gone", cursors(100, 100, CursorState.IN_SYNC)));
        retirement.noteIncomplete("gone", 50);
        retirement.noteIncomplete("another", 60);
        assertThat(retirement.next()).contains(new OffsetRange(50, 51));
        assertThat(retirement.concerns(50)).isTrue();
        assertThat(retirement.concerns(51)).isFalse();
        assertThat(retirement.remark(50)).isEqualTo("without gone, which has left the fleet");
        assertThat(retirement.remark(60)).isNull();
        retirement.reportedBelow(51);
        assertThat(retirement.next()).isEmpty();
    }

    @Test
    void remark_names_at_most_three_nodes() {
        Map<String, Cursors> nodes = new TreeMap<>();
        IntStream.rangeClosed(1, 3).forEach(i -> nodes.put("n" + i, cursors(50, 50, CursorState.LAGGING)));
        open(100, 100, nodes);
        assertThat(retirement.remark(50)).isEqualTo("without n1, n2, n3, which have left the fleet");
        nodes.put("n4", cursors(50, 50, CursorState.LAGGING));
        open(100, 100, nodes);
        assertThat(retirement.remark(50)).isEqualTo("without 4 nodes that have left the fleet");
    }

    private void open(long position, long settled, Map<String, Cursors> committed) {
        offsets.open(TOPIC, position, 0);
        retirement.open(committed, offsets, settled);
    }

    private static Cursors cursors(long applied, long settled, CursorState state) {
        return new Cursors(new Cursor(applied, state, TOPIC, Instant.EPOCH, Instant.EPOCH, null, -1), settled);
    }
}

package io.freshet.gateway.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.message.NodeChanged;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodePartitionStatesTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:15:30Z");
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    /** Overflows soon, as the system's may. */
    private long nanoTime = Long.MAX_VALUE - Duration.ofSeconds(15).toNanos();

    private final NodePartitionStates reports =
            new NodePartitionStates(Set.of("l1-a", "l1-b", "l2-a"), Clock.fixed(NOW, ZoneOffset.UTC), () -> nanoTime);

    @Test
    void report_expires_if_it_is_not_repeated_for_three_intervals() {
        reports.caughtUp();
        NodeChanged state = state(NodeState.IN_SYNC, 1, NOW);
        reports.add(state);
        pass(Duration.ofMillis(29_999));
        assertThat(reports.of("l1-a").current()).containsExactly(state);
        pass(Duration.ofMillis(1));
        assertThat(reports.of("l1-a").current()).isEmpty();
        assertThat(reports.of("l1-a").expired()).containsExactly(state);
        reports.add(state);
        assertThat(reports.of("l1-a").current()).containsExactly(state);
        assertThat(reports.of("l1-a").expired()).isEmpty();
    }

    @Test
    void report_counts_from_its_arrival_whatever_the_clock_of_the_worker_says() {
        reports.caughtUp();
        reports.add(state(NodeState.IN_SYNC, 1, NOW.minusSeconds(3600)));
        pass(Duration.ofSeconds(29));
        assertThat(reports.of("l1-a").expired()).isEmpty();
    }

    @Test
    void report_from_before_the_start_counts_from_its_observation() {
        reports.add(state(NodeState.IN_SYNC, 1, NOW.minusSeconds(20)));
        pass(Duration.ofSeconds(9));
        assertThat(reports.of("l1-a").expired()).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(reports.of("l1-a").current()).isEmpty();
        reports.add(state(NodeState.IN_SYNC, 1, Instant.EPOCH));
        assertThat(reports.of("l1-a").current()).isEmpty();
    }

    @Test
    void report_of_a_former_owner_that_arrives_late_changes_nothing() {
        reports.caughtUp();
        NodeChanged next = state(NodeState.IN_SYNC, 8, NOW);
        reports.add(next);
        pass(Duration.ofSeconds(20));
        reports.add(state(NodeState.LAGGING, 7, NOW));
        assertThat(reports.of("l1-a").current()).containsExactly(next);
        pass(Duration.ofSeconds(10));
        assertThat(reports.of("l1-a").current())
                .as("the late report does not prolong the next owner's")
                .isEmpty();
    }

    @Test
    void deleted_report_does_not_count() {
        reports.add(state(NodeState.LAGGING, 1, NOW));
        reports.remove("l1-b/0");
        reports.remove("l1-a/0");
        assertThat(reports.of("l1-a").current()).isEmpty();
        assertThat(reports.of("l1-a").expired()).isEmpty();
    }

    @Test
    void partition_on_which_only_other_nodes_were_reported_is_unreported() {
        reports.add(state("l1-a", 0));
        reports.add(state("l1-a", 1));
        reports.add(state("gone", 2));
        reports.add(state("l1-b", 0));
        assertThat(reports.of("l1-b").unreported())
                .as("the reports are still being read")
                .isEmpty();
        reports.caughtUp();
        assertThat(reports.of("l1-a").unreported()).containsExactly(2);
        assertThat(reports.of("l1-b").unreported()).containsExactly(1, 2);
        assertThat(reports.of("l2-a").unreported()).containsExactly(0, 1, 2);
        reports.remove("gone/2");
        assertThat(reports.of("l1-a").unreported()).isEmpty();
    }

    @Test
    void only_reports_after_its_return_count_of_a_node_that_had_left() {
        reports.caughtUp();
        reports.add(state("l1-a", 0));
        reports.configure(Set.of("l1-b"));
        reports.add(state("l1-a", 1)); // from a worker with an older configuration
        reports.configure(Set.of("l1-a", "l1-b"));
        assertThat(reports.of("l1-a").current()).isEmpty();
        assertThat(reports.of("l1-a").unreported()).containsExactly(0, 1);
        reports.add(state("l1-a", 1));
        assertThat(reports.of("l1-a").unreported()).containsExactly(0);
    }

    private void pass(Duration time) {
        nanoTime += time.toNanos();
    }

    private static NodeChanged state(NodeState state, int generation, Instant observedAt) {
        return new NodeChanged(
                "l1-a", 0, state, true, NOW, null, 0, null, null, false, false, generation, observedAt, INTERVAL);
    }

    private static NodeChanged state(String node, int partition) {
        return new NodeChanged(
                node, partition, NodeState.IN_SYNC, true, NOW, null, 0, null, null, false, false, 1, NOW, INTERVAL);
    }
}

package io.freshet.contracts.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.NodeState;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class NodeChangedTest {

    private static final Instant AT = Instant.parse("2026-11-22T10:15:30Z");

    @Test
    void later_state_of_the_same_owner_counts() {
        NodeChanged earlier = state(NodeState.LAGGING, 7, AT);
        NodeChanged later = state(NodeState.IN_SYNC, 7, AT.minusSeconds(3600)); // its clock was set back
        assertThat(NodeChanged.newest(earlier, later)).isSameAs(later);
    }

    @Test
    void state_of_the_next_owner_counts_whatever_its_clock_says() {
        NodeChanged former = state(NodeState.LAGGING, 7, AT);
        NodeChanged next = state(NodeState.IN_SYNC, 8, AT.minusSeconds(3600));
        assertThat(NodeChanged.newest(former, next)).isSameAs(next);
    }

    @Test
    void state_of_a_former_owner_that_arrives_late_does_not_count() {
        NodeChanged next = state(NodeState.IN_SYNC, 8, AT);
        NodeChanged late = state(NodeState.LAGGING, 7, AT.minusSeconds(60));
        assertThat(NodeChanged.newest(next, late)).isSameAs(next);
        assertThat(NodeChanged.newest(next, state(NodeState.LAGGING, 7, AT.plusSeconds(29))))
                .isSameAs(next);
    }

    @Test
    void lower_generation_counts_after_the_group_was_deleted() {
        NodeChanged last = state(NodeState.IN_SYNC, 800, AT);
        NodeChanged first = state(NodeState.IN_SYNC, 1, AT.plusSeconds(30));
        assertThat(NodeChanged.newest(last, first)).isSameAs(first);
    }

    @Test
    void states_that_differ_in_their_observation_only_are_equal_ignoring_time() {
        assertThat(state(NodeState.IN_SYNC, 7, AT).equalsIgnoringTime(state(NodeState.IN_SYNC, 7, AT.plusSeconds(1))))
                .isTrue();
        assertThat(state(NodeState.IN_SYNC, 7, AT).equalsIgnoringTime(state(NodeState.IN_SYNC, 8, AT)))
                .isFalse();
    }

    private static NodeChanged state(NodeState state, int generation, Instant observedAt) {
        return new NodeChanged(
                "l1-a",
                3,
                state,
                true,
                AT,
                null,
                0,
                null,
                null,
                false,
                false,
                generation,
                observedAt,
                Duration.ofSeconds(10));
    }
}

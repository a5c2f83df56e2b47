package io.freshet.purge.operations;

import static io.freshet.purge.stage.Stage.tier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.message.NodeChanged;
import io.freshet.purge.stage.StageTest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** States of nodes that workers publish, with a real broker. */
class NodeStatePublisherTest extends StageTest {

    private static final Map<String, String> EVERY_SECOND = Map.of("freshet.delivery.state-interval", "1s");

    @Test
    void unchanged_state_is_repeated_with_the_time_of_its_observation() {
        stage.worker(Clock.systemUTC(), tier("l1", stage.node("quiet")), EVERY_SECOND);
        await().atMost(PATIENCE).until(() -> published("quiet").size() >= 3);
        List<NodeChanged> states = published("quiet");
        assertThat(states).allMatch(state -> state.equalsIgnoringTime(states.getLast()));
        assertThat(states).extracting(NodeChanged::observedAt).isSorted().doesNotHaveDuplicates();
        assertThat(states.getLast().interval()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void next_owner_publishes_states_of_a_higher_generation() {
        String tiers = tier("l1", stage.node("handed-over"));
        stage.worker(tiers);
        stage.awaitState(NodeState.IN_SYNC, "handed-over");
        int first = published("handed-over").getLast().generation();
        stage.stopWorkers();
        stage.events.clear();
        stage.worker(tiers);
        stage.awaitState(NodeState.IN_SYNC, "handed-over");
        assertThat(published("handed-over")).extracting(NodeChanged::generation).allMatch(second -> second > first);
    }

    @Test
    void state_on_a_partition_that_does_not_exist_is_deleted() {
        stage.worker(Clock.systemUTC(), tier("l1", stage.node("shrunk")), EVERY_SECOND);
        stage.awaitState(NodeState.IN_SYNC, "shrunk");
        stage.publish(new NodeChanged("shrunk", 1, NodeState.LAGGING, false, Instant.EPOCH, "is down", 3, null, null));
        await().atMost(PATIENCE).until(() -> stage.deleted.contains("shrunk/1"));
        assertThat(stage.deleted).doesNotContain("shrunk/0");
    }

    @Test
    void interval_that_is_too_short_is_refused() {
        assertThatThrownBy(() -> new NodeStateProperties(Duration.ofMillis(999)))
                .hasMessageContaining("freshet.delivery.state-interval");
    }

    private List<NodeChanged> published(String node) {
        return stage.events.stream()
                .filter(NodeChanged.class::isInstance)
                .map(NodeChanged.class::cast)
                .filter(state -> state.node().equals(node))
                .toList();
    }
}

package io.freshet.purge.retry;

import static io.freshet.purge.stage.Stage.refresh;
import static io.freshet.purge.stage.Stage.tier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.purge.stage.ClockAhead;
import io.freshet.purge.stage.StageTest;
import io.freshet.purge.stage.StandInNode;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** Objects that a healthy node is busy with or refuses, with a real broker. */
class RetryListsTest extends StageTest {

    @Test
    void busy_object_is_sent_again_until_done_while_its_node_stays_in_sync() {
        StandInNode parent = stage.node("busy");
        ConfigurableApplicationContext worker = worker(parent, stage.node("child"));
        stage.awaitState(NodeState.IN_SYNC, "busy", "child");
        CountDownLatch fetch = parent.hold("/held");
        RefreshCommand held = stage.publish(refresh("/held"));
        stage.awaitMissing(held, "busy");
        await().atMost(PATIENCE).until(() -> retries(worker) == 1);
        stage.awaitSettled(stage.publish(refresh("/next")));
        await().atMost(PATIENCE).until(() -> stage.offset("busy", 0) == stage.end(0));
        assertThat(stage.states("busy")).allMatch(state -> state.state() == NodeState.IN_SYNC);

        fetch.countDown();

        stage.awaitSettled(held);
        assertThat(stage.sentTo("child").stream().filter("PURGE child /held"::equals))
                .as("the child is purged again after its parent")
                .hasSizeGreaterThan(1);
        await().atMost(PATIENCE).until(() -> retries(worker) == 0);
    }

    @Test
    void busy_object_is_known_to_the_next_owner() {
        StandInNode parent = stage.node("taken");
        StandInNode child = stage.node("taken-child");
        worker(parent, child);
        stage.awaitState(NodeState.IN_SYNC, "taken", "taken-child");
        CountDownLatch fetch = parent.hold("/held-on");
        RefreshCommand held = stage.publish(refresh("/held-on"));
        stage.awaitMissing(held, "taken");
        await().atMost(PATIENCE).until(() -> stage.offset("taken", 0) == stage.end(0));
        stage.stopWorkers();
        stage.events.clear();

        ConfigurableApplicationContext next = worker(parent, child);
        await().atMost(PATIENCE).until(() -> retries(next) == 1);
        fetch.countDown();

        stage.awaitSettled(held);
        await().atMost(PATIENCE).until(() -> retries(next) == 0);
    }

    @Test
    void refused_object_is_never_complete_when_another_node_catches_up_after_a_takeover() {
        StandInNode refusing = stage.node("refusing");
        StandInNode down = stage.node("down");
        worker(refusing, down);
        stage.awaitState(NodeState.IN_SYNC, "refusing", "down");
        refusing.answer("/refused", 405);
        down.stop();
        RefreshCommand refused = stage.publish(refresh("/refused"));
        stage.awaitMissing(refused, "refusing", "down");
        await().atMost(PATIENCE).until(() -> stage.offset("refusing", 0) == stage.end(0));
        stage.stopWorkers();
        down.start();
        stage.events.clear();

        worker(refusing, down);

        stage.awaitState(NodeState.IN_SYNC, "down");
        stage.awaitMissing(refused, "refusing");
        assertThat(progress(refused))
                .allMatch(event -> event.objects().getFirst().missing().contains("refusing"));
        refusing.answer("/refused", 200);
        stage.awaitSettled(refused);
        assertThat(progress(refused))
                .as("the node had it when the retry purged it")
                .anyMatch(event ->
                        event.answers() != null && event.answers().purged().containsKey("refusing"));
    }

    @Test
    void retry_continues_although_the_clock_was_set_ahead() {
        ClockAhead clock = new ClockAhead();
        StandInNode node = stage.node("set-ahead");
        ConfigurableApplicationContext worker =
                stage.worker(clock, tier("l2", node), settings(Map.of("freshet.nodes.slow-timeout", "500ms")));
        stage.awaitState(NodeState.IN_SYNC, "set-ahead");
        node.answer("/ahead", 503);
        RefreshCommand busy = stage.publish(refresh("/ahead"));
        await().atMost(PATIENCE).until(() -> retries(worker) == 1);
        clock.ahead(Duration.ofHours(1));
        int attempts = stage.sentTo("set-ahead").size();
        await().atMost(PATIENCE).until(() -> stage.sentTo("set-ahead").size() > attempts + 3);
        assertThat(retries(worker)).isEqualTo(1);

        node.answer("/ahead", 200);

        stage.awaitSettled(busy);
        assertThat(progress(busy)).noneMatch(event -> event.objects().getFirst().phase() == Phase.FAILED);
    }

    @Test
    void object_that_stays_busy_fails_with_the_reason_when_its_time_is_over() {
        StandInNode parent = stage.node("always-busy");
        stage.worker(
                Clock.systemUTC(),
                tier("l2", parent),
                settings(Map.of("freshet.delivery.retry-timeout", "1s", "freshet.nodes.slow-timeout", "500ms")));
        stage.awaitState(NodeState.IN_SYNC, "always-busy");
        parent.answer("/busy", 503);
        RefreshCommand busy = stage.publish(refresh("/busy"));

        await().atMost(PATIENCE)
                .until(() -> progress(busy).stream()
                        .anyMatch(event -> event.objects().getFirst().phase() == Phase.FAILED));

        assertThat(progress(busy).getLast().objects().getFirst().description()).contains("always-busy", "503");
        assertThat(stage.states("always-busy")).allMatch(state -> state.state() == NodeState.IN_SYNC);
    }

    private ConfigurableApplicationContext worker(StandInNode parent, StandInNode child) {
        return stage.worker(Clock.systemUTC(), tier("l2", parent) + tier("l1", child), settings(Map.of()));
    }

    private static Map<String, String> settings(Map<String, String> others) {
        Map<String, String> all = new HashMap<>(Map.of(
                "freshet.nodes.answer-timeout", "1s",
                "freshet.nodes.slow-timeout", "1s",
                "freshet.delivery.retry-backoff", "100ms",
                "freshet.delivery.max-retry-backoff", "200ms"));
        all.putAll(others);
        return all;
    }

    private static int retries(ConfigurableApplicationContext worker) {
        return (int) worker.getBean(MeterRegistry.class)
                .get("freshet.purge.retries")
                .gauge()
                .value();
    }

    private List<ObjectsProgressed> progress(RefreshCommand command) {
        return stage.events.stream()
                .filter(ObjectsProgressed.class::isInstance)
                .map(ObjectsProgressed.class::cast)
                .filter(event -> event.taskId().equals(command.taskId()))
                .toList();
    }
}

package io.freshet.purge.dispatch;

import static io.freshet.purge.stage.Stage.refresh;
import static io.freshet.purge.stage.Stage.tier;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.TaskCancelled;
import io.freshet.kafka.TaskCancellations;
import io.freshet.purge.stage.Stage;
import io.freshet.purge.stage.StageTest;
import io.freshet.purge.stage.StandInNode;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** Cancelled refreshes, with a real broker. */
class CancellationTest extends StageTest {

    private static final int OBJECTS = 1_000;

    @Test
    void refresh_that_was_cancelled_before_it_is_read_is_sent_to_no_node() {
        StandInNode node = stage.node("early");
        ConfigurableApplicationContext worker = stage.worker(tier("l2", node));
        stage.awaitState(NodeState.IN_SYNC, "early");
        RefreshCommand cancelled = refresh("/early");
        cancel(worker, cancelled.taskId());
        stage.publish(cancelled);
        stage.awaitSettled(stage.publish(refresh("/next")));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(states(cancelled))
                        .containsEntry(
                                0,
                                new ObjectState(
                                        0, Phase.PENDING, List.of("early"), 1, "cancelled before it was sent", 0)));
        assertThat(stage.sentTo("early")).noneMatch(line -> line.contains("/early"));
        await().atMost(PATIENCE).until(() -> stage.offset("early", 0) == stage.end(0));
    }

    @Test
    void refresh_that_is_cancelled_during_its_dispatch_ends_with_what_was_in_flight() {
        StandInNode parent = stage.node("slow");
        StandInNode child = stage.node("slow-child");
        ConfigurableApplicationContext worker = stage.worker(
                Clock.systemUTC(),
                tier("l2", parent) + tier("l1", child),
                Map.of("freshet.nodes.max-connections", "1", "freshet.nodes.max-pipelined-requests", "16"));
        stage.awaitState(NodeState.IN_SYNC, "slow", "slow-child");
        CountDownLatch answers = parent.hold("/bulk/500");
        RefreshCommand bulk = stage.publish(bulk());
        await().atMost(PATIENCE).until(() -> purgesOfBulk("slow-child") > 0);
        cancel(worker, bulk.taskId());
        answers.countDown();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(states(bulk)).hasSize(OBJECTS));
        Map<Integer, ObjectState> states = states(bulk);
        long unsent = count(states, Phase.PENDING);
        assertThat(unsent).isPositive().isLessThan(OBJECTS);
        assertThat(purgesOfBulk("slow")).isEqualTo(OBJECTS - unsent);
        assertThat(purgesOfBulk("slow-child")).isEqualTo(count(states, Phase.SETTLED));
        assertThat(states.values())
                .filteredOn(state -> state.phase() == Phase.PENDING)
                .allMatch(state -> state.missing().equals(List.of("slow", "slow-child")));
        stage.awaitSettled(stage.publish(refresh("/after")));
    }

    @Test
    void node_that_catches_up_does_not_receive_a_cancelled_refresh() {
        StandInNode node = stage.node("down");
        StandInNode other = stage.node("up");
        ConfigurableApplicationContext worker = stage.worker(tier("l2", node, other));
        stage.awaitState(NodeState.IN_SYNC, "down", "up");
        node.stop();
        RefreshCommand cancelled = stage.publish(refresh("/unwanted"));
        stage.awaitMissing(cancelled, "down");
        RefreshCommand wanted = stage.publish(refresh("/wanted"));
        cancel(worker, cancelled.taskId());
        node.start();
        stage.awaitSettled(wanted);
        stage.awaitState(NodeState.IN_SYNC, "down");
        assertThat(stage.sentTo("down")).noneMatch(line -> line.contains("/unwanted"));
        assertThat(state(cancelled).phase()).isEqualTo(Phase.RUNNING);
        assertThat(state(cancelled).missing()).containsExactly("down");
    }

    @Test
    void worker_that_starts_after_the_cancellation_sends_nothing() {
        StandInNode node = stage.node("later");
        ConfigurableApplicationContext worker = stage.worker(tier("l2", node));
        stage.awaitState(NodeState.IN_SYNC, "later");
        node.stop();
        RefreshCommand cancelled = stage.publish(refresh("/lagging"));
        stage.awaitMissing(cancelled, "later");
        assertThat(state(cancelled).phase()).as("it was sent to no node").isEqualTo(Phase.PENDING);
        stage.stop(worker);
        RefreshCommand unread = stage.publish(refresh("/unread"));
        stage.publish(new TaskCancelled(cancelled.taskId(), "acme", Instant.now()));
        stage.publish(new TaskCancelled(unread.taskId(), "acme", Instant.now()));
        node.start();
        stage.worker(tier("l2", node));
        stage.awaitSettled(stage.publish(refresh("/sent")));
        stage.awaitState(NodeState.IN_SYNC, "later");
        assertThat(stage.sentTo("later")).allMatch(line -> line.contains("/sent"));
        assertThat(state(unread).phase()).isEqualTo(Phase.PENDING);
    }

    @Test
    void retries_of_a_cancelled_refresh_end() {
        StandInNode node = stage.node("busy");
        ConfigurableApplicationContext worker = stage.worker(
                Clock.systemUTC(),
                tier("l2", node),
                Map.of(
                        "freshet.nodes.slow-timeout", "500ms",
                        "freshet.delivery.retry-backoff", "200ms",
                        "freshet.delivery.max-retry-backoff", "500ms"));
        stage.awaitState(NodeState.IN_SYNC, "busy");
        node.answer("/busy", 503);
        RefreshCommand busy = stage.publish(refresh("/busy"));
        await().atMost(PATIENCE).until(() -> retries(worker) == 1);
        cancel(worker, busy.taskId());
        await().atMost(PATIENCE).until(() -> retries(worker) == 0);
        node.answer("/busy", 200);
        stage.awaitSettled(stage.publish(refresh("/then")));
        assertThat(state(busy).phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void second_purge_of_a_cancelled_refresh_is_not_sent() {
        StandInNode node = stage.node("plain");
        ConfigurableApplicationContext worker = stage.worker(
                Clock.systemUTC(), tier("l2", "plain", node), Map.of("freshet.delivery.rebound-delay", "3s"));
        stage.awaitState(NodeState.IN_SYNC, "plain");
        RefreshCommand cancelled = stage.publish(refresh("/once"));
        await().atMost(PATIENCE)
                .until(() ->
                        states(cancelled).containsKey(0) && state(cancelled).phase() == Phase.APPLIED);
        cancel(worker, cancelled.taskId());
        stage.awaitSettled(stage.publish(refresh("/twice")));
        assertThat(stage.sentTo("plain").stream().filter(line -> line.contains("/once")))
                .hasSize(1);
        assertThat(state(cancelled).phase()).isEqualTo(Phase.APPLIED);
    }

    @Test
    void push_that_waits_is_not_published_if_it_or_its_refresh_is_cancelled() {
        StandInNode node = stage.node("before-push");
        ConfigurableApplicationContext worker = stage.worker(tier("l2", node));
        stage.awaitState(NodeState.IN_SYNC, "before-push");
        CountDownLatch answers = node.hold("/with-push");
        RefreshCommand cancelled = stage.publish(refresh("/with-push/1", Stage.thenPush("l2")));
        RefreshCommand withoutPush = stage.publish(refresh("/with-push/2", Stage.thenPush("l2")));
        RefreshCommand wanted = stage.publish(refresh("/with-push/3", Stage.thenPush("l2")));
        await().atMost(PATIENCE).until(() -> states(wanted).containsKey(0));
        cancel(worker, cancelled.taskId());
        cancel(worker, push(withoutPush));
        answers.countDown();
        stage.awaitSettled(withoutPush, wanted);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(stage.events)
                        .filteredOn(PushCommand.class::isInstance)
                        .extracting(event -> ((PushCommand) event).taskId())
                        .containsExactly(push(wanted)));
    }

    private void cancel(ConfigurableApplicationContext worker, TaskId task) {
        stage.publish(new TaskCancelled(task, "acme", Instant.now()));
        await().atMost(PATIENCE)
                .until(() -> worker.getBean(TaskCancellations.class).isCancelled(task));
    }

    private long purgesOfBulk(String node) {
        return stage.sentTo(node).stream()
                .filter(line -> line.contains("/bulk/"))
                .distinct()
                .count();
    }

    private static RefreshCommand bulk() {
        return new RefreshCommand(
                refresh("/any").taskId(),
                "acme",
                "www.example.com",
                Selector.URL,
                IntStream.range(0, OBJECTS)
                        .mapToObj(i -> "http://www.example.com/bulk/" + i)
                        .toList(),
                false,
                Instant.now());
    }

    /** Returns the newest state of each object. */
    private Map<Integer, ObjectState> states(RefreshCommand command) {
        Map<Integer, ObjectState> states = new HashMap<>();
        stage.events.stream()
                .filter(ObjectsProgressed.class::isInstance)
                .map(ObjectsProgressed.class::cast)
                .filter(event -> event.taskId().equals(command.taskId()))
                .flatMap(event -> event.objects().stream())
                .forEach(state -> states.put(state.index(), state));
        return states;
    }

    private ObjectState state(RefreshCommand command) {
        return requireNonNull(states(command).get(0));
    }

    private static TaskId push(RefreshCommand command) {
        return requireNonNull(command.thenPush()).taskId();
    }

    private static long count(Map<Integer, ObjectState> states, Phase phase) {
        return states.values().stream().filter(state -> state.phase() == phase).count();
    }

    private static int retries(ConfigurableApplicationContext worker) {
        return (int) worker.getBean(MeterRegistry.class)
                .get("freshet.purge.retries")
                .gauge()
                .value();
    }
}

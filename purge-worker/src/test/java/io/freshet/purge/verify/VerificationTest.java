package io.freshet.purge.verify;

import static io.freshet.purge.stage.Stage.refresh;
import static io.freshet.purge.stage.Stage.tier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.purge.stage.Stage;
import io.freshet.purge.stage.StandInNode;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** Nodes that confirm purges without an effect, with a real broker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerificationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Stage stage;

    @BeforeAll
    void start(@TempDir Path folder) {
        stage = new Stage(folder);
    }

    @AfterAll
    void end() throws InterruptedException {
        stage.close();
    }

    @AfterEach
    void stop_workers() {
        stage.stopWorkers();
        stage.journal.clear();
        stage.events.clear();
    }

    @Test
    void url_that_its_node_still_serves_fails_with_the_age_until_it_is_gone() {
        StandInNode node = stage.node("lying");
        ConfigurableApplicationContext worker = worker(node);
        stage.awaitState(NodeState.IN_SYNC, "lying");
        node.keep("/kept", "259200.000");

        RefreshCommand kept = stage.publish(refresh("/kept"));

        await().atMost(PATIENCE).until(() -> states(kept).stream().anyMatch(state -> state.phase() == Phase.FAILED));
        assertThat(states(kept)).noneMatch(state -> isDone(state.phase()));
        assertThat(states(kept).getLast().description()).contains("lying still serves it, stored 3 days ago");
        assertThat(failures(worker, "lying")).isPositive();
        stage.awaitSettled(stage.publish(refresh("/other")));
        node.keepNothing();
        stage.awaitSettled(kept);
    }

    @Test
    void copy_that_was_fetched_after_the_purge_is_no_failure() {
        StandInNode node = stage.node("fetching");
        ConfigurableApplicationContext worker = worker(node);
        stage.awaitState(NodeState.IN_SYNC, "fetching");
        node.keep("/new", "0.000");
        stage.awaitSettled(stage.publish(refresh("/new")));
        assertThat(failures(worker, "fetching")).isZero();
    }

    @Test
    void directory_that_its_node_still_serves_is_never_complete() {
        StandInNode node = stage.node("ban-ignoring");
        worker(node);
        stage.awaitState(NodeState.IN_SYNC, "ban-ignoring");
        node.keep("/dir/", "259200.000");

        RefreshCommand kept = stage.publish(directory("/dir/"));

        await().atMost(PATIENCE).until(() -> states(kept).stream().anyMatch(state -> state.phase() == Phase.FAILED));
        assertThat(states(kept)).noneMatch(state -> isDone(state.phase()));
        assertThat(states(kept).getLast().description()).contains("still serves it");
    }

    @Test
    void directory_that_its_node_still_serves_after_the_second_purge_fails_until_it_settles() {
        StandInNode node = stage.node("late-ignoring");
        worker(node);
        stage.awaitState(NodeState.IN_SYNC, "late-ignoring");
        RefreshCommand kept = stage.publish(directory("/dir/"));
        await().atMost(PATIENCE).until(() -> states(kept).stream().anyMatch(state -> state.phase() == Phase.APPLIED));
        node.keep("/dir/", "259200.000");

        await().atMost(PATIENCE).until(() -> progress(kept).anyMatch(event -> event.isStillServed(0)));

        assertThat(states(kept)).noneMatch(state -> state.phase() == Phase.SETTLED);
        assertThat(states(kept).getLast().description()).contains("still serves it, stored 3 days ago");
        node.keepNothing();
        stage.awaitSettled(kept);
    }

    @Test
    void second_purge_of_a_directory_keeps_new_copies_and_is_verified_against_the_first() {
        StandInNode parent = stage.node("keeping");
        StandInNode child = stage.node("keeping-child");
        ConfigurableApplicationContext worker = worker(parent, child);
        stage.awaitState(NodeState.IN_SYNC, "keeping", "keeping-child");
        RefreshCommand directory = stage.publish(directory("/dir/"));
        await().atMost(PATIENCE)
                .until(() -> states(directory).stream().anyMatch(state -> state.phase() == Phase.APPLIED));
        child.keep("/dir/", "0.001"); // fetched after the first purge

        stage.awaitSettled(directory);

        assertThat(parent.keptSeconds()).singleElement().asString().matches("[0-9]+[.][0-9]{3}");
        assertThat(child.keptSeconds()).hasSize(1);
        assertThat(failures(worker, "keeping-child")).isZero();
    }

    @Test
    void second_purge_below_a_node_that_cannot_keep_new_copies_keeps_none() {
        StandInNode parent = stage.node("plain");
        StandInNode child = stage.node("below-plain");
        stage.worker(tier("l2", "plain-directories", parent) + tier("l1", child));
        stage.awaitState(NodeState.IN_SYNC, "plain", "below-plain");

        stage.awaitSettled(stage.publish(directory("/dir/")));

        assertThat(stage.sentTo("below-plain")).containsExactly("BAN below-plain /dir/", "BAN below-plain /dir/");
        assertThat(child.keptSeconds()).isEmpty();
    }

    @Test
    void node_whose_canary_survives_is_lagging_with_the_reason_until_it_is_mended() {
        StandInNode node = stage.node("immune");
        node.keepCanaries(true);
        worker(node);
        stage.awaitState(NodeState.LAGGING, "immune");
        assertThat(stage.states("immune"))
                .allSatisfy(state -> assertThat(state.why()).contains("confirms purges without effect"));
        RefreshCommand waiting = stage.publish(refresh("/waiting"));
        stage.awaitMissing(waiting, "immune");

        node.keepCanaries(false);

        stage.awaitSettled(waiting);
        stage.awaitState(NodeState.IN_SYNC, "immune");
    }

    @Test
    void soft_purge_of_a_directory_says_that_it_deletes() {
        worker(stage.node("softly"));
        stage.awaitState(NodeState.IN_SYNC, "softly");
        RefreshCommand directory = stage.publish(directory("/soft/", true));
        RefreshCommand hard = stage.publish(directory("/hard/"));
        stage.awaitSettled(directory, hard);
        assertThat(states(directory).getLast().description()).isEqualTo("deleted, not marked stale");
        assertThat(states(hard).getLast().description()).isNull();
    }

    @Test
    void restarted_node_proves_itself_again() {
        StandInNode node = stage.node("reloaded");
        worker(node);
        stage.awaitState(NodeState.IN_SYNC, "reloaded");
        node.keepCanaries(true);
        node.restartAs("start 2");
        stage.awaitState(NodeState.LAGGING, "reloaded");
    }

    private ConfigurableApplicationContext worker(StandInNode... nodes) {
        StringBuilder tiers = new StringBuilder();
        for (int i = 0; i < nodes.length; i++) {
            tiers.append(tier("l" + (nodes.length - i), nodes[i]));
        }
        return stage.worker(
                Clock.systemUTC(),
                tiers.toString(),
                Map.of("freshet.delivery.retry-backoff", "100ms", "freshet.delivery.max-retry-backoff", "200ms"));
    }

    private static RefreshCommand directory(String path) {
        return directory(path, false);
    }

    private static RefreshCommand directory(String path, boolean soft) {
        return new RefreshCommand(
                new TaskId(System.nanoTime()),
                "acme",
                "www.example.com",
                Selector.DIRECTORY,
                List.of("http://www.example.com" + path),
                soft,
                Instant.now());
    }

    private static boolean isDone(Phase phase) {
        return phase == Phase.APPLIED || phase == Phase.SETTLED;
    }

    private List<ObjectState> states(RefreshCommand command) {
        return progress(command).map(event -> event.objects().getFirst()).toList();
    }

    private Stream<ObjectsProgressed> progress(RefreshCommand command) {
        return stage.events.stream()
                .filter(ObjectsProgressed.class::isInstance)
                .map(ObjectsProgressed.class::cast)
                .filter(event -> event.taskId().equals(command.taskId()));
    }

    private static double failures(ConfigurableApplicationContext worker, String node) {
        return worker.getBean(MeterRegistry.class)
                .get("freshet.verification.failures")
                .tag("node", node)
                .counter()
                .count();
    }
}

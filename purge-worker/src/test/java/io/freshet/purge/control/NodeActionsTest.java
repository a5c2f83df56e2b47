package io.freshet.purge.control;

import static io.freshet.purge.stage.Stage.refresh;
import static io.freshet.purge.stage.Stage.tier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.message.FlushNode;
import io.freshet.contracts.message.HoldNode;
import io.freshet.contracts.message.NodeChanged;
import io.freshet.contracts.message.NodeFlushed;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.ReleaseNode;
import io.freshet.contracts.message.RewindNode;
import io.freshet.contracts.message.Topics;
import io.freshet.purge.stage.ClockAhead;
import io.freshet.purge.stage.StageTest;
import io.freshet.purge.stage.StandInNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Node actions of operators, and restarts of nodes: each is carried out once, whichever worker does it. */
class NodeActionsTest extends StageTest {

    private static final String OPERATOR = "ops";

    @Test
    void restarted_server_receives_lost_purges_again_and_its_children_too() {
        StandInNode restored = stage.node("restored");
        stage.worker(tier("l2", "forgetful", restored) + tier("l1", stage.node("below")));
        stage.awaitSettled(stage.publish(refresh("/lost")));
        stage.journal.clear();
        restored.restartAs("start 2");
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(stage.journal).containsSubsequence("PURGE restored /lost", "PURGE below /lost"));
        stage.awaitState(NodeState.IN_SYNC, "restored");
    }

    @Test
    void server_restarted_without_workers_receives_lost_purges_again() {
        StandInNode restored = stage.node("alone");
        String tiers = tier("l1", "forgetful", restored);
        stage.worker(tiers);
        stage.awaitSettled(stage.publish(refresh("/alone")));
        stage.stopWorkers();
        stage.journal.clear();
        restored.restartAs("start 2");
        stage.worker(tiers);
        await().atMost(PATIENCE).until(() -> stage.sentTo("alone").contains("PURGE alone /alone"));
    }

    @Test
    void server_that_was_down_for_long_receives_purges_from_before_again() {
        ClockAhead clock = new ClockAhead();
        StandInNode restored = stage.node("down");
        String tiers = tier("l2", "forgetful", restored) + tier("l1", stage.node("up"));
        stage.worker(clock, tiers, Map.of());
        stage.awaitSettled(stage.publish(refresh("/down")));
        restored.stop();
        stage.awaitState(NodeState.LAGGING, "down");
        stage.stopWorkers();
        clock.ahead(Duration.ofHours(1)); // much longer than what it may have lost
        stage.events.clear();
        stage.worker(clock, tiers, Map.of());
        stage.awaitState(NodeState.LAGGING, "down");
        stage.journal.clear();
        restored.restartAs("start 2");
        restored.start();
        await().atMost(PATIENCE).until(() -> stage.sentTo("down").contains("PURGE down /down"));
    }

    @Test
    void server_that_was_not_restarted_receives_nothing_again() {
        StandInNode same = stage.node("same");
        String tiers = tier("l1", "forgetful", same);
        stage.worker(tiers);
        stage.awaitSettled(stage.publish(refresh("/same/1")));
        stage.stopWorkers();
        stage.journal.clear();
        stage.worker(tiers);
        stage.awaitSettled(stage.publish(refresh("/same/2")));
        assertThat(stage.sentTo("same")).containsOnly("PURGE same /same/2");
    }

    @Test
    void held_node_receives_nothing_until_it_is_released() {
        StandInNode held = stage.node("held");
        String tiers = tier("l1", held, stage.node("free"));
        stage.worker(tiers);
        stage.awaitState(NodeState.IN_SYNC, "held", "free");
        stage.publish(new HoldNode("held", OPERATOR, Instant.now(), "new disk"));
        await().atMost(PATIENCE)
                .until(() -> stage.states("held").stream()
                        .allMatch(state -> state.held() && state.state() == NodeState.LAGGING));
        RefreshCommand command = stage.publish(refresh("/held"));
        stage.awaitMissing(command, "held");
        assertThat(stage.states("held"))
                .allSatisfy(state -> assertThat(state.why()).isEqualTo("is held in maintenance by ops: new disk"));
        stage.stopWorkers();
        stage.worker(tiers);
        stage.awaitMissing(stage.publish(refresh("/held/later")), "held");
        assertThat(stage.sentTo("held")).as("also from the next worker").isEmpty();
        stage.publish(new ReleaseNode("held", OPERATOR, Instant.now()));
        stage.awaitSettled(command);
        assertThat(stage.sentTo("held")).contains("PURGE held /held");
    }

    @Test
    void rewind_is_carried_out_once_also_by_the_next_worker() {
        String tiers = tier("l1", stage.node("back"));
        stage.worker(tiers);
        Instant before = Instant.now();
        stage.awaitSettled(stage.publish(refresh("/back")));
        stage.journal.clear();
        stage.publish(new RewindNode("back", OPERATOR, Instant.now(), before));
        await().atMost(PATIENCE).until(() -> stage.sentTo("back").contains("PURGE back /back"));
        stage.awaitState(NodeState.IN_SYNC, "back");
        stage.stopWorkers();
        stage.worker(tiers);
        stage.awaitSettled(stage.publish(refresh("/back/later")));
        assertThat(stage.sentTo("back")).containsExactly("PURGE back /back", "PURGE back /back/later");
    }

    @Test
    void actions_are_carried_out_after_their_topic_was_created_again() {
        String tiers = tier("l1", stage.node("again"));
        stage.worker(tiers);
        stage.awaitState(NodeState.IN_SYNC, "again");
        Instant before = Instant.now();
        stage.awaitSettled(stage.publish(refresh("/again/1")));
        stage.publish(new RewindNode("again", OPERATOR, Instant.now(), Instant.now()));
        stage.publish(new RewindNode("again", OPERATOR, Instant.now(), Instant.now()));
        stage.publish(new RewindNode("again", OPERATOR, Instant.now(), before));
        awaitSent("PURGE again /again/1", 2);
        stage.createAgain(Topics.NODE_ACTIONS);
        stage.publish(new RewindNode("again", OPERATOR, Instant.now(), before));
        awaitSent("PURGE again /again/1", 3);
        stage.stopWorkers();
        stage.createAgain(Topics.NODE_ACTIONS);
        stage.publish(new RewindNode("again", OPERATOR, Instant.now(), before));
        stage.worker(tiers);
        awaitSent("PURGE again /again/1", 4);
    }

    @Test
    void flush_is_carried_out_once_children_after_parents() {
        String tiers = tier("l2", stage.node("whole")) + tier("l1", stage.node("leaf"), stage.node("twig"));
        stage.worker(Clock.systemUTC(), tiers, Map.of("freshet.delivery.flush-pause", "100ms"));
        stage.awaitState(NodeState.IN_SYNC, "whole", "leaf", "twig");
        stage.publish(new FlushNode("whole", OPERATOR, Instant.now()));
        await().atMost(PATIENCE).until(() -> isFlushed("whole"));
        assertThat(isFlushed("leaf") && isFlushed("twig"))
                .as("a parent counts as flushed after its children")
                .isTrue();
        // Twice each, since a fetch that was going on could bring something back; and of a tier one at a time.
        assertThat(stage.journal)
                .containsExactly("BAN whole /", "BAN whole /", "BAN leaf /", "BAN twig /", "BAN leaf /", "BAN twig /");
        stage.stopWorkers();
        stage.journal.clear();
        stage.worker(tiers);
        stage.awaitSettled(stage.publish(refresh("/whole")));
        assertThat(stage.journal)
                .containsExactlyInAnyOrder("PURGE whole /whole", "PURGE leaf /whole", "PURGE twig /whole");
    }

    @Test
    void child_that_cannot_be_flushed_lags_until_an_operator_confirms_that_it_is_empty() {
        String tiers = tier("l2", stage.node("source")) + tier("l1", "plain", stage.node("fixed"));
        stage.worker(tiers);
        stage.awaitState(NodeState.IN_SYNC, "source", "fixed");
        stage.publish(new FlushNode("fixed", OPERATOR, Instant.now()));
        await().atMost(PATIENCE).until(() -> isFlushed("fixed"));
        stage.publish(new FlushNode("source", OPERATOR, Instant.now()));
        await().atMost(PATIENCE).until(() -> isFlushed("source"));
        stage.awaitState(NodeState.LAGGING, "fixed");
        RefreshCommand command = stage.publish(refresh("/fixed"));
        stage.awaitMissing(command, "fixed");
        assertThat(stage.states("fixed")).allSatisfy(state -> {
            assertThat(state.why())
                    .startsWith("must be emptied by hand, because it may hold old copies from source, flushed at ")
                    .endsWith("empty its cache, then confirm it with POST /v1/nodes/fixed/flush");
            assertThat(state.needsFlush()).isTrue();
        });
        stage.stopWorkers();
        stage.worker(tiers);
        stage.awaitMissing(stage.publish(refresh("/fixed/later")), "fixed");
        assertThat(stage.sentTo("fixed")).as("also from the next worker").isEmpty();
        stage.publish(new FlushNode("fixed", OPERATOR, Instant.now()));
        stage.awaitState(NodeState.IN_SYNC, "fixed");
        stage.awaitSettled(command);
        assertThat(stage.states("fixed")).noneMatch(NodeChanged::needsFlush);
    }

    @Test
    void lost_node_waits_for_a_requested_flush_without_auto_flush() {
        String tiers = tier("l1", stage.node("asking")).replace("- name: l1", "- name: l1\n      new-nodes: flush");
        stage.worker(Clock.systemUTC(), tiers, Map.of("freshet.delivery.auto-flush", "false"));
        await().atMost(PATIENCE)
                .until(() -> stage.states("asking").stream()
                        .anyMatch(state -> state.needsFlush() && state.state() == NodeState.LAGGING));
        RefreshCommand command = stage.publish(refresh("/asking"));
        stage.awaitMissing(command, "asking");
        assertThat(stage.sentTo("asking")).isEmpty();
        stage.publish(new FlushNode("asking", OPERATOR, Instant.now()));
        stage.awaitState(NodeState.IN_SYNC, "asking");
        // Had it been flushed without the request as well, there would be more.
        assertThat(stage.sentTo("asking").stream().filter("BAN asking /"::equals))
                .hasSize(2);
        stage.awaitSettled(command);
    }

    private void awaitSent(String line, int times) {
        await().atMost(PATIENCE)
                .until(() -> stage.journal.stream().filter(line::equals).count() == times);
    }

    private boolean isFlushed(String node) {
        return stage.events.stream()
                .anyMatch(event ->
                        event instanceof NodeFlushed flushed && flushed.node().equals(node));
    }
}

package io.freshet.purge.dispatch;

import static io.freshet.purge.stage.Stage.directory;
import static io.freshet.purge.stage.Stage.refresh;
import static io.freshet.purge.stage.Stage.thenPush;
import static io.freshet.purge.stage.Stage.tier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.ThenPush;
import io.freshet.purge.stage.StageTest;
import io.freshet.purge.stage.StandInNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A push that follows a refresh: once, and not before all tiers have settled that it could take an old copy from. */
class FollowUpPublisherTest extends StageTest {

    @Test
    void push_is_published_once_when_all_nodes_have_the_refresh() {
        stage.worker(tier("l2", stage.node("a2")) + tier("l1", stage.node("a1")));
        ThenPush push = thenPush("l2");
        RefreshCommand command = stage.publish(refresh("/a", push));
        awaitPush(push);
        stage.awaitSettled(command, stage.publish(refresh("/a/later")));
        assertThat(pushes(push)).containsExactly(push.command(command));
    }

    @Test
    void lagging_node_below_the_tier_to_warm_does_not_delay_the_push() {
        StandInNode l1 = stage.node("b1");
        stage.worker(tier("l2", stage.node("b2")) + tier("l1", l1));
        stage.awaitState(NodeState.IN_SYNC, "b1", "b2");
        l1.stop();
        ThenPush push = thenPush("l2");
        RefreshCommand command = stage.publish(refresh("/b", push));
        awaitPush(push);
        stage.awaitMissing(command, "b1");
        l1.start();
        stage.awaitSettled(command);
        assertThat(pushes(push)).as("also after the catch-up").hasSize(1);
    }

    @Test
    void lagging_node_of_the_tier_to_warm_delays_the_push() {
        StandInNode l2 = stage.node("c2");
        stage.worker(tier("l2", l2) + tier("l1", stage.node("c1")));
        stage.awaitState(NodeState.IN_SYNC, "c1", "c2");
        l2.stop();
        ThenPush push = thenPush("l2");
        RefreshCommand command = stage.publish(refresh("/c", push));
        stage.awaitMissing(command, "c2");
        RefreshCommand next = stage.publish(refresh("/c/next"));
        stage.awaitMissing(next, "c2"); // a push for the first would have been published before
        assertThat(pushes(push)).isEmpty();
        l2.start();
        awaitPush(push);
        stage.awaitSettled(command, next);
        assertThat(pushes(push)).hasSize(1);
        assertThat(stage.sentTo("c2")).contains("PURGE c2 /c");
    }

    @Test
    void push_follows_the_second_purge_where_one_is_needed() {
        stage.worker(tier("l2", "plain", stage.node("d2")) + tier("l1", stage.node("d1")));
        stage.awaitState(NodeState.IN_SYNC, "d1", "d2");
        ThenPush push = thenPush("l2");
        RefreshCommand command = stage.publish(refresh("/d", push));
        awaitPush(push);
        assertThat(stage.sentTo("d2")).containsExactly("PURGE d2 /d", "PURGE d2 /d");
        stage.awaitSettled(command);
        assertThat(pushes(push)).hasSize(1);
    }

    @Test
    void push_of_named_urls_follows_the_second_purge_of_their_directory() {
        StandInNode l1 = stage.node("e1");
        stage.worker(tier("l2", stage.node("e2")) + tier("l1", l1));
        stage.awaitState(NodeState.IN_SYNC, "e1", "e2");
        l1.stop();
        ThenPush push = new ThenPush(thenPush("l2").taskId(), "l2", Map.of(), List.of("http://www.example.com/e/page"));
        RefreshCommand command = stage.publish(directory("/e/", push));
        awaitPush(push);
        assertThat(stage.sentTo("e2")).as("the lagging child delays nothing").hasSize(2);
        l1.start();
        stage.awaitSettled(command);
        assertThat(pushes(push)).containsExactly(push.command(command));
        assertThat(pushes(push).getFirst().objects()).containsExactly("http://www.example.com/e/page");
    }

    @Test
    void push_of_named_urls_waits_for_a_lagging_node_and_its_second_purge() {
        StandInNode l2 = stage.node("f2");
        stage.worker(tier("l2", l2) + tier("l1", stage.node("f1")));
        stage.awaitState(NodeState.IN_SYNC, "f1", "f2");
        l2.stop();
        ThenPush push = new ThenPush(thenPush("l1").taskId(), "l1", Map.of(), List.of("http://www.example.com/f/page"));
        RefreshCommand command = stage.publish(directory("/f/", push));
        stage.awaitMissing(command, "f2");
        RefreshCommand next = stage.publish(directory("/f/next/", null));
        stage.awaitMissing(next, "f2"); // a push for the first would have been published before
        assertThat(pushes(push)).isEmpty();
        l2.start();
        awaitPush(push);
        assertThat(stage.sentTo("f2").stream().filter(line -> line.endsWith(" /f/")))
                .hasSize(2);
        stage.awaitSettled(command, next);
        assertThat(pushes(push)).hasSize(1);
    }

    private void awaitPush(ThenPush push) {
        await().atMost(PATIENCE).until(() -> !pushes(push).isEmpty());
    }

    private List<PushCommand> pushes(ThenPush push) {
        return stage.events.stream()
                .filter(PushCommand.class::isInstance)
                .map(PushCommand.class::cast)
                .filter(command -> command.taskId().equals(push.taskId()))
                .toList();
    }
}

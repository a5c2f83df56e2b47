package io.freshet.purge.ownership;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.message.NodeCursor;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.retry.RetryLists;
import io.freshet.purge.stage.Stage;
import io.freshet.purge.stage.StageTest;
import io.freshet.purge.stage.StandInNode;
import io.freshet.purge.topology.TierTopologies;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** Nodes and tiers that come and leave while a worker runs. */
class FleetChangeTest extends StageTest {

    @Test
    void new_node_receives_every_refresh_from_its_registration_on() {
        StandInNode a = stage.node("new-a");
        StandInNode b = stage.node("new-b");
        ConfigurableApplicationContext worker = stage.worker(Stage.tier("l1", a));
        RefreshCommand before = stage.publish(Stage.refresh("/before"));
        stage.awaitSettled(before);
        NodeChannel channel = channel(worker, "new-a");
        stage.change(worker, Stage.tier("l1", a, b));
        List<RefreshCommand> during = new ArrayList<>();
        await().atMost(PATIENCE).until(() -> {
            during.add(stage.publish(Stage.refresh("/during/" + during.size())));
            return !stage.states("new-b").isEmpty();
        });
        RefreshCommand after = stage.publish(Stage.refresh("/after"));
        during.forEach(stage::awaitSettled);
        stage.awaitSettled(after);
        stage.awaitState(NodeState.IN_SYNC, "new-a", "new-b");
        IntStream.range(0, during.size()).forEach(i -> assertThat(stage.journal).contains("PURGE new-a /during/" + i));
        assertThat(stage.journal).contains("PURGE new-a /after", "PURGE new-b /after");
        assertThat(stage.journal).doesNotContain("PURGE new-b /before");
        assertThat(stage.sentTo("new-a").stream().filter(line -> line.endsWith(" /before")))
                .as("nothing that was done is repeated")
                .hasSize(1);
        assertThat(channel(worker, "new-a"))
                .as("the channel of a node that has not changed")
                .isSameAs(channel);
    }

    @Test
    void node_that_left_is_not_waited_for_and_catches_up_when_it_returns() {
        StandInNode a = stage.node("left-a");
        StandInNode b = stage.node("left-b");
        ConfigurableApplicationContext worker = stage.worker(Stage.tier("l1", a, b));
        stage.awaitState(NodeState.IN_SYNC, "left-a", "left-b");
        b.stop();
        stage.awaitMissing(stage.publish(Stage.refresh("/down")), "left-b");
        stage.change(worker, Stage.tier("l1", a));
        await().atMost(PATIENCE).until(() -> isAbsent(worker, "left-b"));
        RefreshCommand without = stage.publish(Stage.refresh("/without"));
        stage.awaitSettled(without);
        b.start();
        stage.change(worker, Stage.tier("l1", a, b));
        await().atMost(PATIENCE)
                .until(() -> stage.journal.contains("PURGE left-b /down")
                        && stage.journal.contains("PURGE left-b /without"));
        stage.awaitState(NodeState.IN_SYNC, "left-a", "left-b");
    }

    @Test
    void task_that_waited_for_a_node_that_left_goes_on_without_it_and_says_so() {
        StandInNode a = stage.node("retired-a");
        StandInNode b = stage.node("retired-b");
        ConfigurableApplicationContext worker = stage.worker(Stage.tier("l1", a, b));
        stage.awaitState(NodeState.IN_SYNC, "retired-a", "retired-b");
        RefreshCommand before = stage.publish(Stage.refresh("/before"));
        stage.awaitSettled(before);
        b.stop();
        RefreshCommand waiting = stage.publish(Stage.refresh("/waiting", Stage.thenPush("l1")));
        stage.awaitMissing(waiting, "retired-b");
        stage.change(worker, Stage.tier("l1", a));
        stage.awaitSettled(waiting);
        assertThat(remark(waiting)).isEqualTo("without retired-b, which has left the fleet");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(pushes(waiting)).isEqualTo(1));
        RefreshCommand after = stage.publish(Stage.refresh("/after"));
        stage.awaitSettled(after);
        assertThat(remark(after)).isNull();
        await().atMost(PATIENCE).until(() -> cursor("retired-b").retired());
        long reports = stage.progress(waiting).count();

        stage.stop(worker);
        ConfigurableApplicationContext next = stage.worker(Stage.tier("l1", a));
        stage.awaitSettled(stage.publish(Stage.refresh("/next")));
        b.start();
        stage.change(next, Stage.tier("l1", a, b));
        await().atMost(PATIENCE).until(() -> stage.journal.contains("PURGE retired-b /waiting"));
        await().atMost(PATIENCE).until(() -> stage.journal.contains("PURGE retired-b /next"));
        stage.awaitState(NodeState.IN_SYNC, "retired-b");
        await().atMost(PATIENCE).until(() -> !cursor("retired-b").retired());
        assertThat(stage.progress(waiting)
                        .skip(reports)
                        .flatMap(event -> event.objects().stream())
                        .filter(object -> !object.missing().isEmpty()))
                .as("a task that went on without the node is not open again")
                .isEmpty();
        assertThat(remark(before)).isNull();
    }

    @Test
    void object_that_a_node_refused_before_it_left_is_complete_without_it() {
        StandInNode a = stage.node("refusal-a");
        StandInNode b = stage.node("refusal-b");
        ConfigurableApplicationContext worker = stage.worker(Stage.tier("l1", a, b));
        stage.awaitState(NodeState.IN_SYNC, "refusal-a", "refusal-b");
        b.answer("/refused", 500);
        RefreshCommand refused = stage.publish(Stage.refresh("/refused"));
        await().atMost(PATIENCE).until(() -> worker.getBean(RetryLists.class).size() == 1);
        RefreshCommand later = stage.publish(Stage.refresh("/later"));
        stage.awaitSettled(later);
        stage.change(worker, Stage.tier("l1", a));
        stage.awaitSettled(refused);
        assertThat(remark(refused)).isEqualTo("without refusal-b, which has left the fleet");
        assertThat(remark(later)).isNull();
    }

    @Test
    void meters_and_connections_of_a_node_that_left_are_gone() {
        StandInNode a = stage.node("gone-a");
        StandInNode b = stage.node("gone-b");
        ConfigurableApplicationContext worker = stage.worker(Stage.tier("l1", a, b));
        stage.awaitSettled(stage.publish(Stage.refresh("/1")));
        assertThat(meters(worker, "gone-b")).isPositive();
        NodeChannel channel = channel(worker, "gone-b");
        stage.change(worker, Stage.tier("l1", a));
        await().atMost(PATIENCE).until(() -> meters(worker, "gone-b") == 0);
        assertThat(meters(worker, "gone-a")).isPositive();
        assertThat(channel.isClosed()).isTrue();
    }

    @Test
    void tier_that_is_added_is_purged_after_its_parents_and_one_that_is_removed_is_not() {
        StandInNode l2 = stage.node("tiers-l2");
        StandInNode l1 = stage.node("tiers-l1");
        ConfigurableApplicationContext worker = stage.worker(Stage.tier("l1", l1));
        stage.awaitState(NodeState.IN_SYNC, "tiers-l1");
        stage.change(worker, Stage.tier("l2", l2) + Stage.tier("l1", l1));
        stage.awaitState(NodeState.IN_SYNC, "tiers-l2");
        stage.awaitSettled(stage.publish(Stage.refresh("/both")));
        assertThat(stage.journal.indexOf("PURGE tiers-l2 /both"))
                .isNotNegative()
                .isLessThan(stage.journal.indexOf("PURGE tiers-l1 /both"));
        stage.change(worker, Stage.tier("l2", l2));
        await().atMost(PATIENCE).until(() -> isAbsent(worker, "tiers-l1"));
        stage.awaitSettled(stage.publish(Stage.refresh("/one")));
        assertThat(stage.journal).contains("PURGE tiers-l2 /one").doesNotContain("PURGE tiers-l1 /one");
    }

    @Test
    void partition_of_a_worker_with_an_older_file_delivers_to_a_new_node_later() {
        StandInNode a = stage.node("late-a");
        StandInNode b = stage.node("late-b");
        Map<String, String> twoPartitions = Map.of("freshet.topics.partitions", "2");
        ConfigurableApplicationContext first = stage.worker(Clock.systemUTC(), Stage.tier("l1", a), twoPartitions);
        ConfigurableApplicationContext second = stage.worker(Clock.systemUTC(), Stage.tier("l1", a), twoPartitions);
        await().atMost(PATIENCE).until(() -> owned(first) == 1 && owned(second) == 1);
        stage.change(first, Stage.tier("l1", a, b));
        await().atMost(PATIENCE).until(() -> stage.states("late-b").size() == 1);
        int late = 1 - stage.states("late-b").iterator().next().partition();
        RefreshCommand missed = stage.publish(late, Stage.refresh("/missed"));
        stage.awaitSettled(missed);
        assertThat(stage.journal).doesNotContain("PURGE late-b /missed");
        stage.change(second, Stage.tier("l1", a, b));
        await().atMost(PATIENCE).until(() -> stage.journal.contains("PURGE late-b /missed"));
        await().atMost(PATIENCE).until(() -> stage.states("late-b").size() == 2);
        stage.awaitState(NodeState.IN_SYNC, "late-b");
    }

    @Test
    void new_node_of_a_tier_that_may_hold_content_is_flushed_first() {
        StandInNode a = stage.node("full-a");
        StandInNode b = stage.node("full-b");
        ConfigurableApplicationContext worker = stage.worker(Stage.tier("l1", a));
        stage.awaitState(NodeState.IN_SYNC, "full-a");
        stage.change(worker, Stage.tier("l1", a, b).replace("      nodes:", "      new-nodes: flush\n      nodes:"));
        stage.awaitState(NodeState.IN_SYNC, "full-b");
        assertThat(stage.sentTo("full-b")).contains("BAN full-b /");
        assertThat(stage.sentTo("full-a")).doesNotContain("BAN full-a /");
    }

    /** Returns the description in the newest report of a refresh of one object. */
    private @Nullable String remark(RefreshCommand refresh) {
        return stage.progress(refresh).toList().getLast().objects().getFirst().description();
    }

    private long pushes(RefreshCommand refresh) {
        PushCommand push = requireNonNull(refresh.thenPush()).command(refresh);
        return stage.events.stream().filter(push::equals).count();
    }

    private NodeCursor cursor(String node) {
        return requireNonNull(stage.committed(node, 0));
    }

    private static NodeChannel channel(ConfigurableApplicationContext worker, String node) {
        return worker.getBean(TierTopologies.class).current().node(node).orElseThrow();
    }

    private static boolean isAbsent(ConfigurableApplicationContext worker, String node) {
        OwnedPartitions partitions = worker.getBean(OwnedPartitions.class);
        return !partitions.open().isEmpty()
                && partitions.open().stream()
                        .allMatch(partition -> partition.topology().node(node).isEmpty());
    }

    private static int owned(ConfigurableApplicationContext worker) {
        return worker.getBean(OwnedPartitions.class).open().size();
    }

    private static long meters(ConfigurableApplicationContext worker, String node) {
        return worker.getBean(MeterRegistry.class).getMeters().stream()
                .filter(meter -> node.equals(meter.getId().getTag("node")))
                .count();
    }
}

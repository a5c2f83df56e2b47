package io.freshet.purge.operations;

import static io.freshet.purge.stage.Stage.refresh;
import static io.freshet.purge.stage.Stage.tier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.message.NodeChanged;
import io.freshet.kafka.command.CommandConsumer;
import io.freshet.purge.ownership.OwnedPartitions;
import io.freshet.purge.stage.Stage;
import io.freshet.purge.stage.StandInNode;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

/** A worker that reaches no node, alone and beside one that reaches all. */
class IsolationMonitorTest {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private Stage stage;
    private StandInNode l2;
    private StandInNode l1;

    @BeforeEach
    void start(@TempDir Path folder) {
        stage = new Stage(folder);
        l2 = stage.node("l2-a");
        l1 = stage.node("l1-a");
    }

    @AfterEach
    void end() throws InterruptedException {
        stage.close();
    }

    @Test
    void isolated_worker_hands_over_and_no_node_is_reported_lagging() {
        ConfigurableApplicationContext sound = worker(tier("l2", l2) + tier("l1", l1));
        StandInNode ownWayToL2 = stage.node("l2-a");
        StandInNode ownWayToL1 = stage.node("l1-a");
        ConfigurableApplicationContext isolated = worker(tier("l2", ownWayToL2) + tier("l1", ownWayToL1));
        await().atMost(PATIENCE)
                .until(() -> isolated.getBean(OwnedPartitions.class).open().size() == 1
                        && sound.getBean(OwnedPartitions.class).open().size() == 1);
        ownWayToL2.stop();
        ownWayToL1.stop();
        await().atMost(PATIENCE).until(() -> !isMember(isolated));
        assertThat(health(isolated)).isEqualTo(Status.DOWN);
        stage.awaitSettled(stage.publish(0, refresh("/0")), stage.publish(1, refresh("/1")));
        assertThat(stage.journal)
                .containsExactlyInAnyOrder("PURGE l2-a /0", "PURGE l1-a /0", "PURGE l2-a /1", "PURGE l1-a /1");
        assertThat(isMember(sound)).isTrue();
        assertThat(health(sound)).isEqualTo(Status.UP);
        assertThat(stage.events)
                .noneMatch(event -> event instanceof NodeChanged changed && changed.state() == NodeState.LAGGING);
    }

    @Test
    void isolated_worker_without_others_stays_and_reports_lagging_nodes() {
        l2.stop();
        l1.stop();
        ConfigurableApplicationContext alone = worker(tier("l2", l2) + tier("l1", l1));
        stage.awaitState(NodeState.LAGGING, "l2-a", "l1-a");
        assertThat(stage.states("l1-a")).noneMatch(NodeChanged::reachable);
        stage.awaitMissing(stage.publish(refresh("/nobody")), "l2-a", "l1-a");
        assertThat(isMember(alone)).isTrue();
        assertThat(health(alone)).isEqualTo(Status.DOWN);
    }

    /** With two partitions, so that the second worker gets one. */
    private ConfigurableApplicationContext worker(String tiers) {
        return stage.worker(Clock.systemUTC(), tiers, Map.of("freshet.topics.partitions", "2"));
    }

    private static boolean isMember(ConfigurableApplicationContext worker) {
        return worker.getBean(CommandConsumer.class).isRunning();
    }

    private static Status health(ConfigurableApplicationContext worker) {
        return worker.getBean(IsolationMonitor.class).health().getStatus();
    }
}

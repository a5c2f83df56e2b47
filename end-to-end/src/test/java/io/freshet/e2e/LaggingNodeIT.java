package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.e2e.ManyRefreshes.Latencies;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Breaks one of three nodes: it hangs while 500 refreshes come in, and goes on with all its old content. */
@ClusterTest
class LaggingNodeIT {

    private static final int MISSED = 200;
    private static final Logger log = LoggerFactory.getLogger(LaggingNodeIT.class);

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final CacheNode other;
    private final CacheNode away;

    LaggingNodeIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        this.other = cluster.l1().getFirst();
        this.away = cluster.l1().getLast();
    }

    @AfterEach
    void the_node_is_back() {
        cluster.resume(away);
        Waiting.inSync(cluster, away, true);
    }

    @Test
    void a_node_that_was_away_gets_all_it_missed_before_it_is_in_sync_and_holds_up_nobody() {
        Latencies usual = refreshedWhileAllAreThere(100);
        ManyRefreshes missed = new ManyRefreshes(cluster, MISSED);
        missed.heldBy(away);
        missed.oneOfEachHeldBy(other);

        cluster.pause(away);
        missed.publish();
        Latencies withoutOne = missed.askAndWatch(other);

        log.info(
                "{}: new version after {} ms (longest {} ms), with a dead node {} ms ({} ms): {} times as long",
                cluster.name(),
                usual.median().toMillis(),
                usual.longest().toMillis(),
                withoutOne.median().toMillis(),
                withoutOne.longest().toMillis(),
                String.format(Locale.ROOT, "%.2f", withoutOne.ratioTo(usual)));
        Waiting.inSync(cluster, away, false);
        assertTheTaskNamesTheLateNode(missed.tasks().getLast());

        long back = System.nanoTime();
        cluster.resume(away);
        Waiting.inSync(cluster, away, true);

        log.info("{}: {} refreshes late, in sync after {} ms", cluster.name(), MISSED, millisSince(back));
        missed.assertNewAt(away);
        missed.assertContentSurvivedAt(away);
        missed.assertAllComplete();
        Waiting.eventually("the node's cursors are at the end")
                .until(() -> cluster.kafka().hasAllCommands(away.id()));
    }

    private Latencies refreshedWhileAllAreThere(int count) {
        ManyRefreshes refreshes = new ManyRefreshes(cluster, count);
        refreshes.oneOfEachHeldBy(other);
        refreshes.publish();
        return refreshes.askAndWatch(other);
    }

    private void assertTheTaskNamesTheLateNode(String taskId) {
        Task task = Waiting.task(
                gateway, taskId, "names the late node", it -> it.laggingNodes().contains(away.id()));
        assertThat(task.status()).as("%s", task).isEqualTo("running");
        assertThat(task.progress()).isLessThan(100);
        assertThat(gateway.objects(taskId, null, 100)).allSatisfy(object -> {
            assertThat(object.nodesDone()).isEqualTo(2);
            assertThat(object.nodesTotal()).isEqualTo(3);
            assertThat(object.laggingNodes()).containsExactly(away.id());
        });
        assertThat(gateway.node(away.id())).satisfies(node -> {
            assertThat(node.isLate()).isTrue();
            assertThat(node.reachable()).isFalse();
            assertThat(node.why()).isNotBlank();
            assertThat(node.since()).isNotNull();
            assertThat(node.lagRecords()).isPositive();
        });
    }

    private static long millisSince(long then) {
        return Duration.ofNanos(System.nanoTime() - then).toMillis();
    }
}

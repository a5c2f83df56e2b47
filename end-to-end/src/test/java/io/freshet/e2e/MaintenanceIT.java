package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.Answer;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.process.Service;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Breaks nothing: an operator holds, rewinds and flushes nodes. Deadlines are short, to see that they do not count for
 * a held node.
 */
@ClusterTest
@Order(Order.DEFAULT + 21)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MaintenanceIT {

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final CacheNode held;
    private final CacheNode other;

    MaintenanceIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        this.other = cluster.l1().getFirst();
        this.held = cluster.l1().getLast();
    }

    @BeforeAll
    void deadlines_are_short() {
        cluster.restart(
                Service.TASK_SERVICE,
                cluster.fleet(),
                Map.of("FRESHET_DEADLINE_TASK_TIMEOUT", "4s", "FRESHET_DEADLINE_CHECK_INTERVAL", "1s"));
    }

    @AfterAll
    void deadlines_are_as_before() {
        cluster.resume(other);
        release();
        cluster.restart(Service.TASK_SERVICE);
        Waiting.inSync(cluster, held, true);
        Waiting.inSync(cluster, other, true);
    }

    @Test
    void a_node_in_maintenance_gets_nothing_and_no_deadline_counts_and_then_it_gets_all() {
        Pages pages = cluster.origin().pages();
        List<String> urls = pages.urls(2);
        cluster.l1().forEach(node -> urls.forEach(node::get));
        hold("new disks");
        pages.publish(2);

        String heldUp = gateway.refresh("url", urls.subList(0, 1)).taskId();
        Waiting.eventually("the other node is purged")
                .until(() -> other.get(urls.getFirst()).isVersion(2));
        assertADeadlineHasPassedSince();

        Task task = gateway.task(heldUp);
        assertThat(task.status()).as("%s", task).isEqualTo("running");
        assertThat(task.laggingNodes()).containsExactly(held.id());
        assertThat(held.get(urls.getFirst())).matches(copy -> copy.isVersion(1) && copy.hit());
        assertThat(gateway.node(held.id()).why()).contains("new disks");
        assertThat(cluster.gatewayManagement().isInSync(held)).isFalse();

        release();
        Waiting.inSync(cluster, held, true);
        assertThat(held.get(urls.getFirst())).matches(copy -> copy.isVersion(2));
        assertThat(Waiting.complete(gateway, heldUp).failedCount()).isZero();
    }

    @Test
    void a_node_that_is_rewound_is_purged_of_what_was_refreshed_since() {
        Pages pages = cluster.origin().pages();
        String url = pages.url("a.html");
        held.get(url);
        assertThat(Waiting.finished(
                        gateway, gateway.refresh("url", List.of(url)).taskId()))
                .matches(Task::isComplete);
        held.get(url);
        other.get(url);
        pages.publish(2);
        // As if the node had brought back from its disk what had been purged: it holds a copy that the log says is
        // gone.
        assertThat(held.get(url)).matches(copy -> copy.isVersion(1) && copy.hit());

        order(held, "rewind", "{\"by\":\"PT10M\"}");

        Waiting.eventually("the copy is gone").until(() -> !held.get(url).hit());
        assertThat(other.get(url)).as("a node that nobody rewound").matches(copy -> copy.isVersion(1) && copy.hit());
        Waiting.inSync(cluster, held, true);
    }

    @Test
    void a_flush_drops_everything_of_a_node_and_of_its_children() {
        Pages pages = cluster.origin().pages();
        List<String> urls = pages.urls(20);
        List<CacheNode> children = cluster.l1();
        children.forEach(node -> urls.forEach(node::get));
        pages.publish(2);
        Map<CacheNode, String> flushedBefore =
                children.stream().collect(Collectors.toMap(node -> node, this::flushedAt));
        String parentFlushedBefore = flushedAt(cluster.l2());

        order(cluster.l2(), "flush", "");

        for (CacheNode node : children) {
            Waiting.eventually(node + " has been flushed")
                    .until(() -> flushedAt(node), now -> !now.equals(flushedBefore.get(node)));
            assertThat(urls).allSatisfy(url -> assertThat(node.get(url)).matches(copy -> copy.isVersion(2)));
            Waiting.inSync(cluster, node, true);
        }
        Waiting.eventually("the parent counts as flushed when its children are")
                .until(() -> flushedAt(cluster.l2()), now -> !now.equals(parentFlushedBefore));
    }

    private String flushedAt(CacheNode node) {
        return String.valueOf(gateway.node(node.id()).flushedAt());
    }

    private void hold(String reason) {
        taken(gateway.put("/v1/nodes/" + held.id() + "/maintenance", "{\"reason\":\"" + reason + "\"}"));
        Waiting.eventually("the node is held")
                .until(() -> !cluster.gatewayManagement().isInSync(held)
                        && String.valueOf(gateway.node(held.id()).why()).contains(reason));
    }

    private void release() {
        taken(gateway.delete("/v1/nodes/" + held.id() + "/maintenance"));
    }

    private void order(CacheNode node, String what, String body) {
        taken(gateway.post("/v1/nodes/" + node.id() + "/" + what, body));
    }

    private static void taken(Answer answer) {
        assertThat(answer.status()).as("%s", answer).isBetween(200, 204);
    }

    /**
     * A node that is late without an operator's word lets a task asked now fail, and so after all that were asked
     * before.
     */
    private void assertADeadlineHasPassedSince() {
        cluster.pause(other);
        Waiting.inSync(cluster, other, false);
        Pages pages = cluster.origin().pages();
        String later = gateway.refresh("url", List.of(pages.url("a.html"))).taskId();
        Task failed = Waiting.task(gateway, later, "has failed", Task::isFailed);
        assertThat(failed.laggingNodes()).contains(other.id());
        cluster.resume(other);
    }
}

package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Fleet;
import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.Answer;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Progress can be watched, and the nodes can be seen. */
@ClusterTest
class ProgressIT {

    private final TestCluster cluster;
    private final GatewayClient gateway;

    ProgressIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
    }

    @Test
    void events_show_a_task_until_it_is_complete_and_never_go_back() throws InterruptedException {
        Pages pages = cluster.origin().pages();
        List<Task> seen = new CopyOnWriteArrayList<>();
        String taskId = gateway.push(pages.urls(300)).taskId();

        FutureTask<Void> events = new FutureTask<>(() -> gateway.events(taskId, seen::add), null);
        Thread reader = Thread.ofVirtual().start(events);
        try {
            Waiting.eventually("events show the task complete")
                    .failFast("the stream ended with an error", () -> events.state() == Future.State.FAILED)
                    .until(() -> !seen.isEmpty() && seen.getLast().isComplete());
        } finally {
            reader.interrupt();
            reader.join();
        }

        assertThat(seen).allSatisfy(task -> assertThat(task.taskId()).isEqualTo(taskId));
        assertThat(seen).extracting(Task::progress).isSorted();
        assertThat(seen.getLast().progress()).isEqualTo(100);
        assertThat(seen).filteredOn(task -> task.progress() == 100).allMatch(Task::isComplete);
    }

    @Test
    void an_operator_sees_every_node_and_others_do_not() {
        Answer nodes = gateway.get("/v1/nodes");

        assertThat(nodes.status()).isEqualTo(200);
        assertThat(nodes.body()).contains("l2-a", "l1-a", "l1-b");
        assertThat(cluster.gateway(Fleet.SMALL_TOKEN).get("/v1/nodes").status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"l2-a", "l1-a", "l1-b"})
    void a_load_balancer_is_told_that_a_node_is_in_sync(String node) {
        Waiting.eventually(node + " is in sync")
                .until(() -> cluster.gatewayManagement()
                                .get("/nodes/" + node + "/in-sync")
                                .status()
                        == 200);
    }

    @Test
    void a_node_that_nobody_knows_is_not_found() {
        assertThat(cluster.gatewayManagement().get("/nodes/nobody/in-sync").status())
                .isEqualTo(404);
    }
}

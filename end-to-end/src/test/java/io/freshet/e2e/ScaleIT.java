package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.process.Service;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However many workers share the work, all of it is done. */
@ClusterTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScaleIT {

    private static final int TASKS = 200;

    private final TestCluster cluster;
    private final GatewayClient gateway;

    ScaleIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
    }

    @AfterAll
    void backToOneWorker() {
        cluster.scale(Service.PURGE_WORKER, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void every_one_of_200_tasks_is_finished_by(int workers) {
        Pages pages = cluster.origin().pages();
        List<String> urls = pages.urls(TASKS);
        for (CacheNode node : cluster.l1()) {
            urls.forEach(node::get);
        }
        pages.publish(2);
        cluster.scale(Service.PURGE_WORKER, workers);

        List<String> tasks = new ArrayList<>();
        for (String url : urls) {
            tasks.add(gateway.refresh("url", List.of(url)).taskId());
        }

        assertDone(tasks, urls);
    }

    @Test
    void a_worker_that_is_killed_loses_nothing() {
        Pages pages = cluster.origin().pages();
        List<String> urls = pages.urls(TASKS);
        for (CacheNode node : cluster.l1()) {
            urls.forEach(node::get);
        }
        pages.publish(2);
        cluster.scale(Service.PURGE_WORKER, 2);

        List<String> tasks = new ArrayList<>();
        for (String url : urls) {
            tasks.add(gateway.refresh("url", List.of(url)).taskId());
            if (tasks.size() == TASKS / 2) {
                cluster.killOne(Service.PURGE_WORKER);
            }
        }

        assertDone(tasks, urls);
    }

    private void assertDone(List<String> tasks, List<String> urls) {
        assertThat(tasks).doesNotHaveDuplicates();
        for (String taskId : tasks) {
            Task task = Waiting.finished(gateway, taskId);
            assertThat(task.status()).as("%s", task).isEqualTo("complete");
            assertThat(task.progress()).isEqualTo(100);
        }
        for (CacheNode node : cluster.l1()) {
            assertThat(urls).allSatisfy(url -> assertThat(node.get(url)).matches(copy -> copy.isVersion(2)));
        }
    }
}

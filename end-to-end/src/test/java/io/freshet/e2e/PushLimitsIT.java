package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.process.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Limits of the load on the origin, with two workers. The rates are those that the origin has seen. */
@ClusterTest
class PushLimitsIT {

    private static final int BYTES = 50_000;

    private final TestCluster cluster;
    private final GatewayClient gateway;

    PushLimitsIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
    }

    @BeforeAll
    static void two_workers_run(TestCluster cluster) {
        cluster.scale(Service.PUSH_WORKER, 2);
        // A task that moves is repeated from its start, and what the cache has since is not seen by the origin.
        Waiting.eventually("each worker has half of the partitions")
                .until(
                        () -> cluster.kafka().assignedPartitions("push-worker", "push-commands"),
                        partitions ->
                                partitions.size() == 2 && partitions.getFirst().equals(partitions.getLast()));
    }

    @AfterAll
    static void one_worker_runs(TestCluster cluster) {
        cluster.scale(Service.PUSH_WORKER, 1);
    }

    @Test
    void requests_per_second_are_kept_within_5_percent() {
        Pages pages = cluster.origin().pages();
        String push = push(pages, 400, Map.of("requestsPerSecond", 20));

        assertThat(complete(push).completeCount()).isEqualTo(400);

        List<Instant> times = pages.fetchTimes();
        assertThat(times).hasSize(400);
        assertThat(399 / seconds(times.getFirst(), times.getLast())).isCloseTo(20, Percentage.withPercentage(5));
    }

    @Test
    void bytes_per_second_are_kept_within_5_percent() {
        Pages pages = cluster.origin().pages();
        pages.size(BYTES);
        String push = push(pages, 400, Map.of("bytesPerSecond", 1_000_000));

        assertThat(complete(push).completeCount()).isEqualTo(400);

        List<Instant> times = pages.fetchTimes();
        assertThat(times).hasSize(400);
        assertThat(399.0 * BYTES / seconds(times.getFirst(), times.getLast()))
                .isCloseTo(1_000_000, Percentage.withPercentage(5));
    }

    @Test
    void push_without_limits_is_not_delayed_by_one_with_limits() {
        Pages slow = cluster.origin().pages();
        String limited = push(slow, 500, Map.of("requestsPerSecond", 1));
        Waiting.eventually("the slow push runs").until(() -> slow.fetches() > 0);

        Waiting.complete(
                gateway, gateway.push(cluster.origin().pages().urls(500)).taskId());

        assertThat(gateway.task(limited).status()).isEqualTo("running");
        assertThat(gateway.post("/v1/tasks/" + limited + "/cancel", "").status())
                .isEqualTo(202);
        Waiting.task(gateway, limited, "is cancelled", task -> task.status().equals("cancelled"));
        assertThat(gateway.get("/v1/tasks/" + limited).body()).contains("\"limits\":{\"requestsPerSecond\":1}");
    }

    private String push(Pages pages, int count, Map<String, Integer> limits) {
        return gateway.push(pages.urls(count), Map.of("tier", "l2", "limits", limits))
                .taskId();
    }

    private Task complete(String taskId) {
        return Waiting.eventually("the push is complete")
                .atMost(Duration.ofMinutes(2))
                .until(() -> gateway.task(taskId), Task::isComplete);
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }
}

package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.process.Service;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Pushes that start at a time. */
@ClusterTest
@Order(Order.DEFAULT + 10)
class ScheduledPushIT {

    private final TestCluster cluster;
    private final GatewayClient gateway;

    ScheduledPushIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
    }

    @Test
    void start_time_is_kept_after_restarts_of_everything() {
        Pages pages = cluster.origin().pages();
        List<String> urls = pages.urls(20);
        Instant start = Instant.now().plusSeconds(40).truncatedTo(ChronoUnit.SECONDS);
        String push = gateway.push(urls, Map.of("startAt", start.toString())).taskId();
        Waiting.task(gateway, push, "is scheduled", task -> ("starts at " + start).equals(task.description()));
        Waiting.eventually("its objects are stored")
                .until(() -> gateway.objects(push, "pending", 100).size() == 20);

        Stream.of(Service.values()).forEach(cluster::kill);
        cluster.killPostgres();
        cluster.killKafka();
        cluster.startKafka();
        cluster.startPostgres();
        Stream.of(Service.TASK_SERVICE, Service.GATEWAY, Service.PUSH_WORKER, Service.PURGE_WORKER)
                .forEach(cluster::start);

        Task task = Waiting.eventually("the push is complete")
                .atMost(Duration.ofMinutes(3))
                .until(() -> gateway.task(push), Task::isComplete);
        assertThat(task.completeCount()).isEqualTo(20);
        assertThat(pages.fetchTimes()).hasSize(20).first().matches(first -> !first.isBefore(start), "at its start");
        assertThat(gateway.get("/v1/tasks/" + push).body()).contains("\"startAt\":\"" + start + '"');
    }

    @Test
    void push_that_is_cancelled_before_its_start_fetches_nothing_and_costs_nothing() {
        Pages pages = cluster.origin().pages();
        long before = gateway.used("push");
        Instant start = Instant.now().plusSeconds(10);
        String push =
                gateway.push(pages.urls(5), Map.of("startAt", start.toString())).taskId();
        assertThat(gateway.used("push")).isEqualTo(before + 5);

        assertThat(gateway.post("/v1/tasks/" + push + "/cancel", "").status()).isEqualTo(202);

        Waiting.task(gateway, push, "is cancelled", task -> task.status().equals("cancelled"));
        Waiting.eventually("the quota is given back").until(() -> gateway.used("push") == before);
        Pages others = cluster.origin().pages();
        String later = gateway.push(
                        others.urls(1), Map.of("startAt", start.plusSeconds(1).toString()))
                .taskId();
        Waiting.complete(gateway, later);
        assertThat(pages.fetches())
                .as("fetched by a push that starts before one that is complete")
                .isZero();
        assertThat(gateway.task(push).status()).isEqualTo("cancelled");
    }

    @Test
    void start_time_that_is_too_far_ahead_is_refused_with_the_limit() {
        String body = "{\"objects\": [\"" + cluster.origin().pages().url("a") + "\"], \"startAt\": \""
                + Instant.now().plus(Duration.ofDays(8)) + "\"}";
        assertThat(gateway.post("/v1/pushes", body).problem().detail()).contains("more than 7 days ahead");
    }
}

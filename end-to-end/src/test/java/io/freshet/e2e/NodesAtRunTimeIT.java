package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Fleet;
import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.Answer;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.process.Service;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that are added to the fleet file and removed from it under load, while no service is restarted. */
@ClusterTest
@Order(Order.DEFAULT + 20)
class NodesAtRunTimeIT {

    private static final String ADDED = "l1-added";
    private static final int PAGES = 20;
    private static final List<Service> WATCHING = List.of(Service.GATEWAY, Service.PURGE_WORKER, Service.PUSH_WORKER);

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final History history;
    private final Random reads = new Random(1);

    NodesAtRunTimeIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        this.history = new History(
                Stream.generate(cluster.origin()::pages).limit(PAGES).toList());
    }

    @AfterEach
    void the_fleet_is_as_before() {
        cluster.replaceFleet(cluster.fleet().yaml());
        awaitValid(1);
        cluster.l1().forEach(node -> Waiting.inSync(cluster, node, true));
    }

    @Test
    @Timeout(300)
    void nodes_come_and_go_while_refreshes_run_and_a_broken_file_changes_nothing() {
        Fleet more = cluster.extraNodes().withL1(ADDED);
        CacheNode added = cluster.node(ADDED);
        ConstantLoad load = new ConstantLoad(gateway::post, history, new Random(3), Duration.ofMillis(500));
        try (BackgroundTasks checks = new BackgroundTasks(2)) {
            checks.repeat(Duration.ofMillis(10), this::readAnyPage);
            checks.repeat(Duration.ofMillis(200), this::readOpenTasks);
            try (load) {
                load.start(Duration.ofMillis(100));

                cluster.replaceFleet(more.yaml());
                Waiting.eventually("the gateway knows " + ADDED).until(() -> isConfigured(added));
                Waiting.inSync(cluster, added, true);
                Random checked = new Random(2);
                try (ContinuousCheck _ = ContinuousCheck.that(() -> history.check(history.anyPage(checked), added))) {
                    assertRefreshReaches(added);
                }

                cluster.replaceFleet(more.yaml().replace("driver: varnish }", "driver: vanish }"));
                awaitValid(0);
                assertRefreshReaches(added);

                cluster.replaceFleet(cluster.fleet().yaml());
                awaitValid(1);
                Waiting.eventually(ADDED + " has left")
                        .until(() -> !isConfigured(added) && owners(ADDED) == 0);
                cluster.kill(added);
                Task without = Waiting.complete(gateway, refresh(history.pages().getLast().url()));
                assertThat(without.laggingNodes()).isEmpty();
            }
            Waiting.eventually("all tasks are finished").until(() -> history.open().isEmpty());
        }
        assertThat(load.answers("202")).isEqualTo(load.requests()).isPositive();
        assertThat(history.accepted()).hasSize(load.requests());
        assertThat(history.failed().stream().filter(task -> task.kind().equals("refresh")))
                .isEmpty();
        for (CacheNode node : cluster.l1()) {
            history.pages().forEach(page -> history.check(page, node));
        }
        assertThat(history.violations()).isEmpty();
    }

    /** Returns how many purge-workers know the node. */
    private long owners(String node) {
        return cluster.managements(Service.PURGE_WORKER).stream()
                .filter(worker -> worker.get("/actuator/prometheus").body().contains("node=\"" + node + "\""))
                .count();
    }

    private boolean isConfigured(CacheNode node) {
        return cluster.gatewayManagement().get("/nodes/" + node.id() + "/in-sync").status() != 404;
    }

    private void awaitValid(int valid) {
        WATCHING.forEach(service -> cluster.managements(service)
                .forEach(instance -> Waiting.eventually(service + " has read the file")
                        .until(() -> instance.metric("freshet_configuration_valid") == valid)));
    }

    /** A page that the node holds is new after a refresh, and no node is missing. */
    private void assertRefreshReaches(CacheNode node) {
        Pages pages = cluster.origin().pages();
        String url = pages.url("reached.html");
        assertThat(node.get(url).version()).isEqualTo(1);
        pages.publish(2);
        assertThat(Waiting.complete(gateway, refresh(url)).laggingNodes()).isEmpty();
        assertThat(node.get(url).version()).isEqualTo(2);
    }

    private String refresh(String url) {
        return gateway.refresh("url", List.of(url)).taskId();
    }

    private void readAnyPage() {
        history.check(history.anyPage(reads), cluster.l1().get(reads.nextInt(2)));
    }

    private void readOpenTasks() {
        history.open().forEach(taskId -> {
            Answer answer = gateway.get("/v1/tasks/" + taskId);
            if (answer.status() == 200) {
                history.seen(answer.as(200, Task.class));
            }
        });
    }
}

package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.Answer;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.process.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node that is added to the fleet file, removed from it and added again under load. */
@ClusterTest
@Order(Order.DEFAULT + 20)
class NodesAtRunTimeIT {

    private static final String ADDED = "l1-added";
    private static final int PAGES = 20;
    private static final int REFRESHES_WITHOUT = 10;

    /** Reads of the added node that each phase makes at least. */
    private static final int MIN_CHECKS = 50;

    private static final List<Service> WORKERS = List.of(Service.PURGE_WORKER, Service.PUSH_WORKER);

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final History history;
    private final Random reads = new Random(1);
    private final AtomicInteger checks = new AtomicInteger();

    NodesAtRunTimeIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        this.history = new History(
                Stream.generate(cluster.origin()::pages).limit(PAGES).toList());
    }

    @AfterEach
    void the_fleet_is_as_before() {
        cluster.replaceFleet(cluster.fleet().yaml());
        cluster.scale(Service.PURGE_WORKER, 1);
        Waiting.eventually(ADDED + " has left").until(() -> !isKnown(ADDED));
        cluster.l1().forEach(node -> Waiting.inSync(cluster, node, true));
    }

    @Test
    @Timeout(400)
    void node_comes_goes_and_returns_while_refreshes_run_and_a_broken_file_changes_nothing() {
        // The node may hold content when it is added, so that it must be flushed.
        String with = cluster.extraNodes()
                .withL1(ADDED)
                .yaml()
                .replace("- name: l1\n        nodes", "- name: l1\n        new-nodes: flush\n        nodes");
        assertThat(with).contains("new-nodes: flush");
        CacheNode added = cluster.node(ADDED);
        cluster.scale(Service.PURGE_WORKER, 2);
        ConstantLoad load = new ConstantLoad(gateway::post, history, new Random(3), Duration.ofMillis(500));
        try (BackgroundTasks background = new BackgroundTasks(2)) {
            background.repeat(Duration.ofMillis(10), this::readAnyPage);
            background.repeat(Duration.ofMillis(200), this::readOpenTasks);
            try (load) {
                history.pages().forEach(page -> added.get(page.url()));
                load.start(Duration.ofMillis(100));

                cluster.replaceFleet(with);
                assertThat(answersUntilInSync(added)).containsExactly(404, 503, 200);
                try (BackgroundTasks reader = reading(added)) {
                    assertRefreshReaches(added);
                    awaitChanges("applied", 1, 1);
                    WORKERS.forEach(cluster::rollingRestart);
                    assertRefreshReaches(added);

                    cluster.replaceFleet(with.replace("driver: varnish }", "driver: vanish }"));
                    awaitChanges("refused", 1, 1);
                    assertValid(0);
                    assertRefreshReaches(added);
                }
                assertThat(checks.getAndSet(0)).isGreaterThan(MIN_CHECKS);

                cluster.replaceFleet(cluster.fleet().yaml());
                awaitChanges("applied", 2, 1);
                assertValid(1);
                Waiting.eventually(ADDED + " has left").until(() -> !isKnown(ADDED));
                cluster.pause(added);
                for (int i = 0; i < REFRESHES_WITHOUT; i++) {
                    assertRefreshIsComplete(cluster.origin().pages().url("without.html"));
                }

                cluster.resume(added);
                cluster.replaceFleet(with);
                WORKERS.forEach(cluster::rollingRestart);
                assertThat(answersUntilInSync(added)).endsWith(200);
                try (BackgroundTasks reader = reading(added)) {
                    assertRefreshReaches(added);
                    awaitChanges("applied", 3, 0);
                    Waiting.eventually(ADDED + " is read").until(() -> checks.get() > MIN_CHECKS);
                }
            }
            Waiting.eventually("all tasks are finished")
                    .until(() -> history.open().isEmpty());
        }
        assertThat(load.answers("202")).isEqualTo(load.requests()).isGreaterThan(100);
        assertThat(history.accepted()).hasSize(load.requests());
        assertThat(history.failed()).isEmpty();
        history.pages().forEach(page -> history.check(page, added));
        cluster.l1().forEach(node -> history.pages().forEach(page -> history.check(page, node)));
        assertThat(history.violations()).isEmpty();
    }

    /** Returns each answer of {@code in-sync} that differs from the one before, until the node is in sync. */
    private List<Integer> answersUntilInSync(CacheNode node) {
        List<Integer> answers = new ArrayList<>();
        Waiting.eventually(node + " is in sync")
                .pollInterval(Duration.ofMillis(10))
                .until(() -> {
                    int status = inSync(node.id());
                    if (answers.isEmpty() || answers.getLast() != status) {
                        answers.add(status);
                    }
                    return status == 200;
                });
        return answers;
    }

    /** Reads pages of a node that is in sync until it is closed. */
    private BackgroundTasks reading(CacheNode node) {
        BackgroundTasks reader = new BackgroundTasks(1);
        Random pages = new Random(2);
        reader.repeat(Duration.ofMillis(10), () -> {
            history.check(history.anyPage(pages), node);
            checks.incrementAndGet();
        });
        return reader;
    }

    private int inSync(String node) {
        return cluster.gatewayManagement().get("/nodes/" + node + "/in-sync").status();
    }

    /** Returns whether the gateway or a purge-worker knows the node. */
    private boolean isKnown(String node) {
        return inSync(node) != 404
                || cluster.managements(Service.PURGE_WORKER).stream()
                        .anyMatch(worker ->
                                worker.get("/actuator/prometheus").body().contains("node=\"" + node + "\""));
    }

    /** Waits until the gateway and each worker have counted this many changes with a result. */
    private void awaitChanges(String result, int ofGateway, int ofEachWorker) {
        awaitChanges(cluster.gatewayManagement(), result, ofGateway);
        workers().forEach(worker -> awaitChanges(worker, result, ofEachWorker));
    }

    private static void awaitChanges(GatewayClient instance, String result, int count) {
        Waiting.eventually(instance + " has " + result + ' ' + count + " changes")
                .until(() -> instance.metric("freshet_configuration_changes_total", "\"" + result + '"') == count);
    }

    private void assertValid(int valid) {
        assertThat(Stream.concat(Stream.of(cluster.gatewayManagement()), workers())
                        .map(instance -> instance.metric("freshet_configuration_valid")))
                .hasSize(4)
                .containsOnly((double) valid);
    }

    private Stream<GatewayClient> workers() {
        return WORKERS.stream().flatMap(service -> cluster.managements(service).stream());
    }

    /** A page that the node holds is new after a refresh, and no node is missing. */
    private void assertRefreshReaches(CacheNode node) {
        Pages pages = cluster.origin().pages();
        String url = pages.url("reached.html");
        assertThat(node.get(url).version()).isEqualTo(1);
        pages.publish(2);
        assertRefreshIsComplete(url);
        assertThat(node.get(url).version()).isEqualTo(2);
    }

    private void assertRefreshIsComplete(String url) {
        Task task =
                Waiting.complete(gateway, gateway.refresh("url", List.of(url)).taskId());
        assertThat(task.laggingNodes()).isEmpty();
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

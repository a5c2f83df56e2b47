package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.DnsServer;
import io.freshet.cluster.Fleet;
import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
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

/** Nodes that operators add and nodes that DNS names, while refreshes run and no service is restarted. */
@ClusterTest
@Order(Order.DEFAULT + 21)
class DefinedNodesIT {

    private static final int PAGES = 20;
    private static final String SERVICE = "_http._tcp.l1.test";

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final History history;

    DefinedNodesIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        this.history = new History(
                Stream.generate(cluster.origin()::pages).limit(PAGES).toList());
    }

    @AfterEach
    void the_fleet_is_as_before() {
        cluster.replaceFleet(cluster.fleet().yaml());
        cluster.l1().forEach(node -> Waiting.inSync(cluster, node, true));
    }

    @Test
    @Timeout(240)
    void node_that_an_operator_adds_is_refreshed_until_it_is_retired() {
        CacheNode added = anotherNode("l1-api");
        underLoad(() -> {
            String definition = """
                    {"id": "l1-api", "tier": "l1", "address": "%s", "driver": "varnish"}""".formatted(cluster.addressForServices("l1-api"));
            assertThat(gateway.post("/v1/nodes", definition).status()).isEqualTo(201);
            Waiting.inSync(cluster, added, true);
            assertRefreshReaches(added);
            cluster.rollingRestart(Service.PURGE_WORKER);
            assertRefreshReaches(added);

            assertThat(gateway.delete("/v1/nodes/l1-api").status()).isEqualTo(200);
            Waiting.eventually("l1-api has left").until(() -> !isKnown(added));
            cluster.kill(added);
            assertRefreshIsComplete(cluster.origin().pages().url("without.html"));
        });
    }

    @Test
    @Timeout(240)
    void node_that_dns_names_is_refreshed_until_dns_no_longer_names_it() {
        CacheNode added = anotherNode("l1-dns");
        try (DnsServer dns = new DnsServer(SERVICE)) {
            String discovering =
                    cluster.fleet().yaml().replace("- name: l1\n        nodes", """
                    - name: l1
                            discovery:
                              dns: %s
                              type: srv
                              driver: varnish
                              interval: 500ms
                              retire-after: 2s
                              server: "%s"
                            nodes""".formatted(SERVICE, dns.address()));
            assertThat(discovering).contains("discovery:");
            underLoad(() -> {
                cluster.replaceFleet(discovering);
                dns.add("pod-1", cluster.addressForServices("l1-dns"));
                Waiting.eventually("l1-dns is discovered").until(() -> isKnown(added));
                Waiting.inSync(cluster, added, true);
                assertRefreshReaches(added);
                cluster.rollingRestart(Service.PURGE_WORKER);

                dns.fail(true);
                double failed = failedQueries();
                Waiting.eventually("DNS has failed for longer than the setting")
                        .until(() -> failedQueries() > failed + 8);
                assertRefreshReaches(added);
                dns.fail(false);

                dns.remove("pod-1");
                Waiting.eventually("l1-dns has left").until(() -> !isKnown(added));
                cluster.kill(added);
                assertRefreshIsComplete(cluster.origin().pages().url("without.html"));
            });
        }
    }

    private CacheNode anotherNode(String id) {
        Fleet _ = cluster.extraNodes().withL1(id);
        return cluster.node(id);
    }

    /** Runs a scenario while pages are published and refreshed; nothing that was accepted fails or is lost. */
    private void underLoad(Runnable scenario) {
        ConstantLoad load = new ConstantLoad(gateway::post, history, new Random(3), Duration.ofMillis(500));
        try (load) {
            load.start(Duration.ofMillis(100));
            scenario.run();
        }
        Waiting.eventually("all tasks are finished").until(() -> {
            history.open().forEach(id -> history.seen(gateway.task(id)));
            return history.open().isEmpty();
        });
        assertThat(load.answers("202")).isEqualTo(load.requests()).isGreaterThan(20);
        assertThat(history.accepted()).hasSize(load.requests());
        assertThat(history.failed()).isEmpty();
        cluster.l1().forEach(node -> history.pages().forEach(page -> history.check(page, node)));
        assertThat(history.violations()).isEmpty();
    }

    private double failedQueries() {
        return cluster.managements(Service.PURGE_WORKER).stream()
                .mapToDouble(worker -> worker.metric("freshet_discovery_queries_total", "\"failed\""))
                .sum();
    }

    private boolean isKnown(CacheNode node) {
        return cluster.gatewayManagement()
                                .get("/nodes/" + node.id() + "/in-sync")
                                .status()
                        != 404
                || cluster.managements(Service.PURGE_WORKER).stream()
                        .anyMatch(worker ->
                                worker.get("/actuator/prometheus").body().contains("node=\"" + node.id() + "\""));
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
}

package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Fleet;
import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.process.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Thousands of purges, pipelined: to Varnish, and to an nginx that closes each connection after 1,000 requests (its
 * default).
 */
@ClusterTest
@Order(Order.DEFAULT + 16)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BulkIT {

    private static final int TASKS = 12;
    private static final int URLS = 1_000;

    /** Of so many URLs one is watched. */
    private static final int EVERY = 100;

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final Optional<Fleet> fleet;

    BulkIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        this.fleet = cluster.extraNodes().withNginx("l1-bulk");
    }

    @AfterAll
    void the_fleet_is_as_before() {
        cluster.restart(Service.PURGE_WORKER);
    }

    @Test
    void bulk_refresh_reaches_all_varnish_and_an_nginx_that_closes_connections() {
        Assumptions.assumeTrue(fleet.isPresent(), "there is no nginx with the cache-purge module on this machine");
        cluster.restart(Service.PURGE_WORKER, fleet.orElseThrow(), Map.of("FRESHET_DELIVERY_REBOUND_DELAY", "1s"));
        List<CacheNode> nodes = new ArrayList<>(cluster.l1());
        nodes.add(cluster.node("l1-bulk"));
        Pages pages = cluster.origin().pages();
        List<String> urls = IntStream.range(0, TASKS * URLS)
                .mapToObj(i -> pages.url(i + ".html"))
                .toList();
        List<String> watched = IntStream.range(0, TASKS * URLS / EVERY)
                .mapToObj(i -> urls.get(i * EVERY))
                .toList();
        nodes.forEach(node -> watched.forEach(node::get));
        nodes.forEach(node -> assertThat(watched)
                .allSatisfy(url ->
                        assertThat(node.get(url)).matches(copy -> copy.isVersion(1) && copy.hit(), node + " has it")));
        pages.publish(2);

        List<String> tasks = IntStream.range(0, TASKS)
                .mapToObj(i -> gateway.refresh("url", urls.subList(i * URLS, (i + 1) * URLS))
                        .taskId())
                .toList();

        for (String taskId : tasks) {
            Task task = Waiting.task(gateway, taskId, "is settled", it -> it.settledAt() != null);
            assertThat(task).matches(Task::isComplete);
            assertThat(task.laggingNodes()).isEmpty();
        }
        for (CacheNode node : nodes) {
            assertThat(watched).allSatisfy(url -> assertThat(node.get(url)).matches(copy -> copy.isVersion(2)));
        }
    }
}

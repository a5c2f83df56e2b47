package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.CacheNode.Copy;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.process.Service;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Breaks the origin: it holds a page back for longer than a node may take for the answer to a purge. */
@ClusterTest
@Order(Order.DEFAULT + 16)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeldPageIT {

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final CacheNode holding;
    private final CacheNode away;

    HeldPageIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        this.holding = cluster.l1().getFirst();
        this.away = cluster.l1().getLast();
    }

    @AfterAll
    void worker_is_as_before() {
        cluster.resume(away);
        cluster.restart(Service.PURGE_WORKER);
    }

    @Test
    void held_page_keeps_every_node_in_sync_also_after_a_node_was_down() {
        cluster.restart(
                Service.PURGE_WORKER,
                cluster.fleet(),
                Map.of(
                        "FRESHET_NODES_ANSWER_TIMEOUT", "2s",
                        "FRESHET_NODES_SLOW_TIMEOUT", "1s",
                        "FRESHET_DELIVERY_MAX_RETRY_BACKOFF", "1s"));
        Pages pages = cluster.origin().pages();
        String held = pages.url("held.html");
        pages.hold(held);
        CompletableFuture<Copy> fetch = CompletableFuture.supplyAsync(() -> holding.get(held));
        Waiting.eventually("the origin is asked").until(() -> pages.fetches(held) == 1);
        pages.publish(2);
        String waiting = gateway.refresh("url", List.of(held)).taskId();
        Waiting.task(
                gateway,
                waiting,
                "names the reason",
                task -> gateway.objects(waiting, null, 1).stream()
                        .anyMatch(object -> String.valueOf(object.description()).contains("is busy with it")));
        Stream.of(cluster.l2(), holding, away).forEach(node -> Waiting.inSync(cluster, node, true));

        cluster.pause(away);
        String missed =
                gateway.refresh("url", List.of(pages.url("missed.html"))).taskId();
        Waiting.inSync(cluster, away, false);
        cluster.resume(away);
        Waiting.inSync(cluster, away, true);

        assertThat(Waiting.finished(gateway, missed)).matches(Task::isComplete);
        assertThat(fetch).isNotDone();
        pages.letGo(held);
        assertThat(fetch.join().isVersion(1)).as("the old copy was fetched").isTrue();
        assertThat(Waiting.complete(gateway, waiting)).matches(Task::isComplete);
        assertThat(holding.get(held)).matches(copy -> copy.isVersion(2));
    }
}

package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.e2e.cluster.Pages;
import io.freshet.e2e.cluster.Service;
import io.freshet.e2e.cluster.TestCluster;
import io.freshet.e2e.http.CacheNode;
import io.freshet.e2e.http.CacheNode.Copy;
import io.freshet.e2e.http.GatewayClient;
import io.freshet.e2e.http.Task;
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

    private final TestCluster stage;
    private final GatewayClient gateway;
    private final CacheNode holding;
    private final CacheNode away;

    HeldPageIT(TestCluster stage) {
        this.stage = stage;
        this.gateway = stage.gateway();
        this.holding = stage.l1().getFirst();
        this.away = stage.l1().getLast();
    }

    @AfterAll
    void worker_is_as_before() {
        stage.resume(away);
        stage.restart(Service.PURGE_WORKER);
    }

    @Test
    void held_page_keeps_every_node_in_sync_also_after_a_node_was_down() {
        stage.restart(
                Service.PURGE_WORKER,
                stage.fleet(),
                Map.of(
                        "FRESHET_NODES_ANSWER_TIMEOUT", "2s",
                        "FRESHET_NODES_SLOW_TIMEOUT", "1s",
                        "FRESHET_DELIVERY_MAX_RETRY_BACKOFF", "1s"));
        Pages pages = stage.origin().pages();
        String held = pages.url("held.html");
        pages.hold(held);
        CompletableFuture<Copy> fetch = CompletableFuture.supplyAsync(() -> holding.get(held));
        Waiting.eventually("the origin is asked").until(() -> pages.fetches(held) == 1);
        pages.publish(2);
        String waiting = gateway.refresh("url", List.of(held)).taskId();
        Waiting.task(gateway, waiting, "names the reason", task -> gateway.objects(waiting, null, 1).stream()
                .anyMatch(object -> String.valueOf(object.description()).contains("is busy with it")));
        Stream.of(stage.l2(), holding, away).forEach(node -> Waiting.inSync(stage, node, true));

        stage.pause(away);
        String missed = gateway.refresh("url", List.of(pages.url("missed.html"))).taskId();
        Waiting.inSync(stage, away, false);
        stage.resume(away);
        Waiting.inSync(stage, away, true);

        assertThat(Waiting.finished(gateway, missed)).matches(Task::isComplete);
        assertThat(fetch).isNotDone();
        pages.letGo(held);
        assertThat(fetch.join().isVersion(1)).as("the old copy was fetched").isTrue();
        assertThat(Waiting.complete(gateway, waiting)).matches(Task::isComplete);
        assertThat(holding.get(held)).matches(copy -> copy.isVersion(2));
    }
}

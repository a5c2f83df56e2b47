package io.freshet.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.Accepted;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Breaks an edge node while pages are refreshed and pushed to its parent. */
@ClusterTest
@Order(Order.DEFAULT + 17)
class ThenPushIT {

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final CacheNode away;

    ThenPushIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        this.away = cluster.l1().getLast();
    }

    @AfterEach
    void the_node_is_back() {
        cluster.resume(away);
        Waiting.inSync(cluster, away, true);
    }

    @Test
    void push_after_refresh_loads_the_new_copy_and_waits_for_no_lagging_child() {
        Pages pages = cluster.origin().pages();
        List<String> urls = pages.urls(20);
        urls.forEach(cluster.l2()::get);
        cluster.pause(away);
        Waiting.inSync(cluster, away, false);
        pages.publish(2);

        Accepted.AcceptedTask refresh = gateway.refreshThenPush(urls).tasks().getFirst();
        Task push = Waiting.finished(
                gateway, requireNonNull(refresh.thenPush(), "thenPush").taskId());

        assertThat(push).matches(Task::isComplete);
        assertThat(push.kind()).isEqualTo("push");
        assertThat(gateway.task(refresh.taskId()).status()).isEqualTo("running");
        assertThat(urls).allSatisfy(url -> {
            assertThat(cluster.l2().get(url)).matches(copy -> copy.isVersion(2) && copy.hit());
            assertThat(pages.fetches(url)).as("once before, and once pushed").isEqualTo(2);
        });
        cluster.resume(away);
        Waiting.complete(gateway, refresh.taskId());
    }

    @Test
    void pages_pushed_after_their_directory_stay_hits_of_the_new_version() {
        Pages pages = cluster.origin().pages();
        List<String> urls = pages.urls(5);
        urls.forEach(cluster.l2()::get);
        pages.publish(2);

        Accepted.AcceptedTask refresh =
                gateway.refreshThenPush(pages.directory(), urls).tasks().getFirst();
        Task push = Waiting.finished(
                gateway, requireNonNull(refresh.thenPush(), "thenPush").taskId());

        assertThat(push).matches(Task::isComplete);
        assertThat(push.objectCount()).isEqualTo(5);
        Waiting.task(gateway, refresh.taskId(), "is settled", task -> task.settledAt() != null);
        assertThat(urls).allSatisfy(url -> {
            assertThat(cluster.l2().get(url)).matches(copy -> copy.isVersion(2) && copy.hit());
            assertThat(pages.fetches(url)).as("once before, and once pushed").isEqualTo(2);
        });
    }
}

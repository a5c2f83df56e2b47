package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Fleet;
import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.process.Service;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A refresh is never complete while an nginx still serves the old page from its cache. */
@ClusterTest
@Order(Order.DEFAULT + 17)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NginxVerificationIT {

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private int nodes;

    NginxVerificationIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
    }

    @AfterAll
    void the_fleet_is_as_before() {
        cluster.restart(Service.PURGE_WORKER);
    }

    /** After the rewrite to the purge location, these variables are empty or have other values. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "$scheme$proxy_host$request_uri",
                "$host$uri$is_args$args$proxy_port",
                "$request_method$request_uri"
            })
    void a_cache_key_that_a_purge_cannot_build_fails_the_task(String key) {
        String id = "l1-key-" + ++nodes;
        run(cluster.extraNodes().withNginxKeyedBy(key, id));
        CacheNode node = cluster.node(id);
        Pages pages = cluster.origin().pages();
        String url = pages.url("a.html");
        holds(node, url);
        pages.publish(2);

        String taskId = gateway.refresh("url", List.of(url)).taskId();

        Task task = Waiting.noticed(gateway, taskId);
        assertThat(task).as("%s", task).matches(Task::isFailed);
        assertThat(gateway.objects(taskId, "failed", 10)).singleElement().satisfies(object -> {
            assertThat(object.laggingNodes()).containsExactly(id);
            // The second is what the canary finds, if it is played before.
            assertThat(object.description())
                    .contains(id)
                    .containsAnyOf("still serves", "confirms purges without effect");
        });
        assertThat(node.get(url)).as("what the node gives out").matches(copy -> copy.isVersion(1) && copy.hit());
    }

    @Test
    void a_look_asks_no_origin_and_a_page_that_is_gone_completes_the_task() {
        run(cluster.extraNodes().withNginx("l1-verified"));
        CacheNode node = cluster.node("l1-verified");
        Pages pages = cluster.origin().pages();
        List<String> urls = pages.urls(50);
        urls.forEach(url -> holds(node, url));
        String never = pages.url("never-asked-for.html");
        pages.publish(2);

        String taskId = gateway.refresh("url", List.of(urls.getFirst(), never)).taskId();
        String all = gateway.refresh("url", urls).taskId();

        assertThat(Waiting.finished(gateway, taskId)).matches(Task::isComplete);
        assertThat(Waiting.finished(gateway, all)).matches(Task::isComplete);
        assertThat(pages.fetches(never)).isZero();
        assertThat(pages.fetches()).as("fetches before any client asks again").isEqualTo(urls.size());
        urls.forEach(url -> assertThat(node.get(url)).matches(copy -> copy.isVersion(2)));
    }

    /**
     * Module 2.3 takes the wildcard for a part of the name, and answers that it is not in the cache; module 2.5 purges.
     */
    @Test
    void a_node_that_cannot_purge_directories_as_its_driver_says_is_not_in_sync() {
        run(cluster.extraNodes().withNginxTrustedWithDirectories("l1-wildcard"));
        CacheNode node = cluster.node("l1-wildcard");
        Pages pages = cluster.origin().pages();
        String page = pages.url("dir/a.html");
        holds(node, page);
        pages.publish(2);

        String taskId = gateway.refresh("directory", List.of(pages.url("dir/"))).taskId();

        Task task = Waiting.task(
                gateway,
                taskId,
                "waits for the node, or is complete",
                it -> it.isComplete() || it.laggingNodes().contains("l1-wildcard"));
        if (task.isComplete()) {
            assertThat(node.get(page)).matches(copy -> copy.isVersion(2));
            return;
        }
        assertThat(gateway.objects(taskId, null, 10))
                .singleElement()
                .satisfies(object -> assertThat(object.description())
                        .contains("l1-wildcard", "confirms purges without effect", "directory"));
    }

    private void run(Optional<Fleet> fleet) {
        Assumptions.assumeTrue(fleet.isPresent(), "there is no nginx with the cache-purge module on this machine");
        cluster.restart(Service.PURGE_WORKER, fleet.orElseThrow());
    }

    private static void holds(CacheNode node, String url) {
        assertThat(node.get(url)).matches(copy -> copy.isVersion(1), node + " gives version 1");
        assertThat(node.get(url)).matches(copy -> copy.isVersion(1) && copy.hit(), node + " holds version 1");
    }
}

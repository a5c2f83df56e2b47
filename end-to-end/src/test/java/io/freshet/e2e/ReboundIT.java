package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Fleet;
import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.CacheNode.Copy;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.process.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Breaks the order of things: a refresh comes while the origin is still sending the old copy. */
@ClusterTest
@Order(Order.DEFAULT + 15)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReboundIT {

    private static final Logger log = LoggerFactory.getLogger(ReboundIT.class);
    private static final Duration NEVER = Duration.ofHours(1);

    /** Longer than the fetches of these tests take. */
    private static final Duration SOON = Duration.ofSeconds(6);

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final Optional<Fleet> fleet;

    ReboundIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        this.fleet = cluster.extraNodes().withNginx("l1-c");
    }

    @AfterAll
    void the_fleet_is_as_before() {
        cluster.restart(Service.PURGE_WORKER);
    }

    @Test
    void without_rebound_a_purge_of_an_nginx_during_a_fetch_leaves_the_old_object() {
        runWorker(withNginx(), NEVER);

        leavesTheOldObject(url(nginx()));
    }

    @Test
    void directory_purge_during_a_fetch_leaves_the_old_object_without_rebound() {
        runWorker(cluster.fleet(), NEVER);

        leavesTheOldObject(directory(varnish()));
    }

    @Test
    void settled_url_is_new_on_nginx_also_after_a_fetch_during_the_purge() {
        runWorker(withNginx(), SOON);

        leavesNothingOldOnceSettled(url(nginx()));
    }

    @Test
    void settled_directory_is_new_on_varnish_also_after_a_fetch_during_the_purge() {
        runWorker(cluster.fleet(), SOON);

        leavesNothingOldOnceSettled(directory(varnish()));
    }

    @Test
    void purge_that_waits_20_s_for_a_fetch_delays_no_other_and_makes_no_node_lag() {
        Pages pages = cluster.origin().pages();
        String slow = pages.url("slow.html");
        CacheNode node = varnish();
        pages.hold(slow);
        CompletableFuture<Copy> fetch = fetch(node, slow, pages);
        CompletableFuture.delayedExecutor(20, TimeUnit.SECONDS).execute(() -> pages.letGo(slow));
        pages.publish(2);
        String waiting = gateway.refresh("url", List.of(slow)).taskId();

        int others = 0;
        while (!fetch.isDone()) {
            String other = pages.url(others++ + ".html");
            assertThat(Waiting.finished(
                            gateway, gateway.refresh("url", List.of(other)).taskId()))
                    .matches(Task::isComplete);
            for (CacheNode each :
                    List.of(cluster.l2(), cluster.l1().getFirst(), cluster.l1().getLast())) {
                assertThat(cluster.gatewayManagement().isInSync(each))
                        .as("%s", each)
                        .isTrue();
            }
        }
        log.info("{} refreshes were complete while one purge waited for a fetch of 20 s", others);

        assertThat(others).isPositive();
        assertThat(fetch.join().isVersion(1))
                .as("what was fetched is the old one")
                .isTrue();
        assertThat(Waiting.finished(gateway, waiting)).matches(Task::isComplete);
        assertThat(node.get(slow)).matches(copy -> copy.isVersion(2));
    }

    /** A refresh that was applied while a fetch was under way, and when the fetch ended. */
    private record Refreshed(String taskId, Instant fetched) {}

    private record Target(CacheNode node, String type, Pages pages, String url, String object) {}

    private Target url(CacheNode node) {
        Pages pages = cluster.origin().pages();
        return new Target(node, "url", pages, pages.url("a.html"), pages.url("a.html"));
    }

    private Target directory(CacheNode node) {
        Pages pages = cluster.origin().pages();
        return new Target(node, "directory", pages, pages.url("dir/a.html"), pages.url("dir/"));
    }

    private Refreshed refreshedDuringFetch(Target target) {
        target.pages().hold(target.url());
        CompletableFuture<Copy> fetch = fetch(target.node(), target.url(), target.pages());
        target.pages().publish(2);
        String taskId = gateway.refresh(target.type(), List.of(target.object())).taskId();
        Waiting.task(gateway, taskId, "is applied", task -> task.appliedAt() != null);
        assertThat(fetch).isNotDone();
        target.pages().letGo(target.url());
        assertThat(fetch.join().isVersion(1))
                .as("what was fetched is the old one")
                .isTrue();
        return new Refreshed(taskId, Instant.now());
    }

    /** Returns when the origin has been asked. */
    private static CompletableFuture<Copy> fetch(CacheNode node, String url, Pages pages) {
        CompletableFuture<Copy> fetch = CompletableFuture.supplyAsync(() -> node.get(url));
        Waiting.eventually("the origin is asked").until(() -> pages.fetches(url) == 1);
        return fetch;
    }

    private void leavesTheOldObject(Target target) {
        Refreshed refreshed = refreshedDuringFetch(target);

        assertThat(target.node().get(target.url())).matches(copy -> copy.isVersion(1) && copy.hit());
        assertThat(gateway.task(refreshed.taskId()).settledAt()).isNull();
        log.info("without rebound {} still has the old copy of {}", target.node(), target.url());
    }

    private void leavesNothingOldOnceSettled(Target target) {
        Refreshed refreshed = refreshedDuringFetch(target);

        Task task = Waiting.task(gateway, refreshed.taskId(), "is settled", it -> it.settledAt() != null);
        assertThat(target.node().get(target.url())).matches(copy -> copy.isVersion(2));
        assertThat(Instant.parse(String.valueOf(task.settledAt()))).isAfter(refreshed.fetched());
    }

    private Fleet withNginx() {
        Assumptions.assumeTrue(fleet.isPresent(), "there is no nginx with the cache-purge module on this machine");
        return fleet.orElseThrow();
    }

    private void runWorker(Fleet nodes, Duration reboundAfter) {
        cluster.restart(
                Service.PURGE_WORKER, nodes, Map.of("FRESHET_DELIVERY_REBOUND_DELAY", reboundAfter.toSeconds() + "s"));
    }

    private CacheNode nginx() {
        return cluster.node("l1-c");
    }

    private CacheNode varnish() {
        return cluster.l1().getFirst();
    }
}

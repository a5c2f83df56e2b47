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
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Varnish nodes whose own VCL changes URLs, or confirms purges without an effect: complete means gone. */
@ClusterTest
@Order(Order.DEFAULT + 22)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VarnishVerificationIT {

    private static final String LOWER_CASE = """
            import std;
            sub vcl_recv { set req.url = std.tolower(req.url); }
            """;

    private static final String IGNORING_BANS = """
            sub vcl_recv { if (req.method == "BAN") { return (synth(200, "Banned")); } }
            """;

    /** It passes the canary, and only one page stays. */
    private static final String KEEPING_ONE_PAGE = """
            sub vcl_recv {
                if (req.method == "PURGE" && !req.http.Freshet-Look && req.url ~ "kept") {
                    return (synth(200, "Purged"));
                }
            }
            """;

    /** The second ban of a directory has no effect; that of a retry, which keeps nothing, has. */
    private static final String IGNORING_SECOND_BANS = """
            sub vcl_recv {
                if (req.method == "BAN" && req.http.Freshet-Keep && req.url ~ "second") {
                    return (synth(200, "Banned"));
                }
            }
            """;

    /** A test of hosts would drop the site. */
    private static final String MAPPING_UNKNOWN_HOSTS = """
            sub vcl_recv {
                if (req.http.Host ~ "[.]invalid$") { set req.http.Host = "%s"; }
            }
            """;

    /** Longer than the fetch of the test takes. */
    private static final String REBOUND_DELAY = "6s";

    private final TestCluster cluster;
    private final GatewayClient gateway;

    VarnishVerificationIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
    }

    @AfterAll
    void the_fleet_is_as_before() {
        cluster.restart(Service.PURGE_WORKER);
    }

    @Test
    void directory_is_new_on_a_node_that_changes_urls_to_lower_case() {
        runWorker("l1-lower", LOWER_CASE);
        Pages pages = cluster.origin().pages();
        String page = pages.url("Img/A.html");
        CacheNode node = cluster.node("l1-lower");
        assertThat(node.get(page)).matches(copy -> copy.isVersion(1));
        pages.publish(2);

        Task task = Waiting.finished(
                gateway,
                gateway.refresh("directory", List.of(pages.url("Img/"))).taskId());

        assertThat(task).matches(Task::isComplete);
        assertThat(node.get(page)).matches(copy -> copy.isVersion(2));
    }

    @Test
    void test_of_a_node_that_maps_unknown_hosts_to_a_site_leaves_the_site_in_its_cache() {
        Pages pages = cluster.origin().pages();
        String page = pages.url("kept.html");
        Fleet fleet = present(cluster.extraNodes()
                .withOwnVcl(
                        "l1-one-site",
                        MAPPING_UNKNOWN_HOSTS.formatted(URI.create(page).getHost())));
        CacheNode node = cluster.node("l1-one-site");
        node.get(page);

        cluster.restart(Service.PURGE_WORKER, fleet);

        Task task = Waiting.finished(
                gateway,
                gateway.refresh("url", List.of(pages.url("other.html"))).taskId());
        assertThat(task).matches(Task::isComplete);
        assertThat(node.get(page)).matches(Copy::hit);
    }

    @Test
    void node_that_ignores_bans_is_not_in_sync_and_the_task_says_why() {
        runWorker("l1-immune", IGNORING_BANS);
        Pages pages = cluster.origin().pages();
        String page = pages.url("dir/a.html");
        CacheNode node = cluster.node("l1-immune");
        node.get(page);
        pages.publish(2);

        String taskId = gateway.refresh("directory", List.of(pages.url("dir/"))).taskId();

        Task task = Waiting.noticed(gateway, taskId);
        assertThat(task.isComplete()).as("%s", task).isFalse();
        assertThat(gateway.objects(taskId, "failed", 10))
                .singleElement()
                .satisfies(object ->
                        assertThat(object.description()).contains("l1-immune confirms purges without effect"));
        assertThat(task.laggingNodes()).containsExactly("l1-immune");
    }

    @Test
    void page_that_a_node_keeps_fails_with_its_age() {
        runWorker("l1-lying", KEEPING_ONE_PAGE);
        Pages pages = cluster.origin().pages();
        String kept = pages.url("kept.html");
        String other = pages.url("other.html");
        CacheNode node = cluster.node("l1-lying");
        List.of(kept, other).forEach(node::get);
        pages.publish(2);

        String taskId = gateway.refresh("url", List.of(kept, other)).taskId();

        Task task = Waiting.noticed(gateway, taskId);
        assertThat(task.isComplete()).as("%s", task).isFalse();
        assertThat(gateway.objects(taskId, "failed", 10)).singleElement().satisfies(object -> {
            assertThat(object.object()).isEqualTo(kept);
            assertThat(object.description()).contains("l1-lying still serves it, stored ");
        });
        assertThat(node.get(other)).matches(copy -> copy.isVersion(2));
        assertThat(cluster.managements(Service.PURGE_WORKER)
                        .getFirst()
                        .metric("freshet_verification_failures_total", "node", "l1-lying"))
                .isPositive();
    }

    @Test
    void directory_that_comes_back_after_its_second_purge_fails_until_a_retry_has_settled_it() {
        Fleet fleet = present(cluster.extraNodes().withOwnVcl("l1-second", IGNORING_SECOND_BANS));
        cluster.restart(Service.PURGE_WORKER, fleet, Map.of("FRESHET_DELIVERY_REBOUND_DELAY", REBOUND_DELAY));
        Pages pages = cluster.origin().pages();
        String directory = pages.url("second/");
        CacheNode node = cluster.node("l1-second");
        pages.hold(directory);
        CompletableFuture<Copy> fetch = CompletableFuture.supplyAsync(() -> node.get(directory));
        Waiting.eventually("the origin is asked").until(() -> pages.fetches(directory) == 1);
        pages.publish(2);
        String taskId = gateway.refresh("directory", List.of(directory)).taskId();
        Waiting.task(gateway, taskId, "is applied", task -> task.appliedAt() != null);

        pages.letGo(directory);

        assertThat(fetch.join()).matches(copy -> copy.isVersion(1));
        Task failed = Waiting.task(gateway, taskId, "has failed", Task::isFailed);
        assertThat(failed.laggingNodes()).containsExactly("l1-second");
        assertThat(gateway.objects(taskId, "failed", 10))
                .singleElement()
                .satisfies(object -> assertThat(object.description()).contains("l1-second still serves it, stored "));
        Waiting.task(gateway, taskId, "is settled", task -> task.settledAt() != null);
        assertThat(node.get(directory)).matches(copy -> copy.isVersion(2));
    }

    @Test
    void page_that_was_pushed_after_its_directory_stays_when_the_directory_settles() {
        Pages pages = cluster.origin().pages();
        String page = pages.url("dir/a.html");
        List<CacheNode> nodes = List.of(cluster.l2(), cluster.l1().getFirst());
        nodes.getLast().get(page);
        pages.publish(2);
        String taskId = gateway.refresh("directory", List.of(pages.url("dir/"))).taskId();
        Waiting.task(gateway, taskId, "is applied", task -> task.appliedAt() != null);
        assertThat(Waiting.finished(gateway, gateway.push(List.of(page)).taskId()))
                .matches(Task::isComplete);
        assertThat(nodes.getLast().get(page)).matches(copy -> copy.isVersion(2));

        Waiting.task(gateway, taskId, "is settled", task -> task.settledAt() != null);

        assertThat(nodes)
                .allSatisfy(node -> assertThat(node.get(page)).matches(copy -> copy.isVersion(2) && copy.hit()));
        assertThat(pages.fetches(page)).as("once before, and once pushed").isEqualTo(2);
    }

    @Test
    void directory_that_was_cached_before_our_vcl_was_loaded_is_new() {
        Fleet fleet = present(cluster.extraNodes().withVarnishThatAsksTheOrigin("l1-upgraded"));
        Pages pages = cluster.origin().pages();
        String page = pages.url("dir/a.html");
        CacheNode node = cluster.node("l1-upgraded");
        node.get(page);
        cluster.extraNodes().loadFreshet(node);
        assertThat(node.get(page)).matches(copy -> copy.isVersion(1) && copy.hit());
        cluster.restart(Service.PURGE_WORKER, fleet);
        pages.publish(2);

        Task task = Waiting.finished(
                gateway,
                gateway.refresh("directory", List.of(pages.url("dir/"))).taskId());

        assertThat(task).matches(Task::isComplete);
        assertThat(node.get(page)).matches(copy -> copy.isVersion(2));
    }

    @Test
    void soft_refresh_of_a_directory_leaves_stale_copies_for_the_time_in_which_the_origin_is_down() {
        cluster.restart(Service.PURGE_WORKER, present(cluster.extraNodes().withSoftDirectories("l1-soft")));
        Pages pages = cluster.origin().pages();
        String page = pages.url("dir/a.html");
        CacheNode node = cluster.node("l1-soft");
        CacheNode without = cluster.l1().getFirst();
        List.of(node, without).forEach(each -> each.get(page));
        pages.publish(2);
        pages.fail();

        String taskId =
                gateway.refreshSoftly("directory", List.of(pages.url("dir/"))).taskId();

        assertThat(Waiting.finished(gateway, taskId)).matches(Task::isComplete);
        assertThat(node.get(page)).matches(copy -> copy.isVersion(1));
        assertThat(without.get(page).status()).isEqualTo(503);
        assertThat(gateway.objects(taskId, "complete", 10))
                .singleElement()
                .satisfies(object -> assertThat(object.description())
                        .contains("deleted, not marked stale, on l2-a, l1-a, l1-b")
                        .doesNotContain("l1-soft"));
    }

    private void runWorker(String id, String own) {
        cluster.restart(Service.PURGE_WORKER, present(cluster.extraNodes().withOwnVcl(id, own)));
    }

    private static Fleet present(Optional<Fleet> fleet) {
        Assumptions.assumeTrue(fleet.isPresent(), "there is no varnishd, or none with the vmod xkey, on this machine");
        return fleet.orElseThrow();
    }
}

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
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A cache keeps one copy of a page, whichever way clients spell its host. Otherwise a copy under another spelling would
 * stay after a refresh, and could not even be named. Where there is no nginx, Varnish alone is tried.
 */
@ClusterTest
@Order(Order.DEFAULT + 14)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostSpellingIT {

    private static final List<String> SPELLINGS = List.of(
            "site.test",
            "SITE.Test",
            "site.test.",
            "Site.TEST.",
            "site.test:80",
            "site.test:080",
            "site.test:",
            "site.test.:80",
            "SITE.test.:00080",
            "site.test.:");

    private final GatewayClient gateway;
    private final TestCluster cluster;
    private final List<CacheNode> nodes;

    HostSpellingIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        this.nodes = new ArrayList<>(cluster.l1());
        Optional<Fleet> withNginx = cluster.extraNodes().withNginx("l1-spelling");
        if (withNginx.isPresent()) {
            nodes.add(cluster.node("l1-spelling"));
            cluster.restart(Service.PURGE_WORKER, withNginx.orElseThrow());
        }
    }

    @AfterAll
    void the_fleet_is_as_before() {
        cluster.restart(Service.PURGE_WORKER);
    }

    @Test
    void all_spellings_of_a_host_share_one_copy_that_a_url_refresh_makes_new() {
        Pages pages = cluster.origin().pages();
        String url = pages.url("a.html");
        everySpellingIsOneCopy(url, 1);
        pages.publish(2);

        Task task =
                Waiting.finished(gateway, gateway.refresh("url", List.of(url)).taskId());

        assertThat(task).matches(Task::isComplete);
        everySpellingIsOneCopy(url, 2);
    }

    @Test
    void all_spellings_of_a_host_share_one_copy_that_a_directory_refresh_makes_new() {
        Pages pages = cluster.origin().pages();
        String url = pages.url("dir/a.html");
        List<CacheNode> varnish = cluster.l1(); // the module of nginx cannot purge directories
        everySpellingIsOneCopy(varnish, url, 1);
        pages.publish(2);

        String taskId = gateway.refresh("directory", List.of(pages.url("dir/"))).taskId();

        Waiting.task(
                gateway,
                taskId,
                "has reached each Varnish",
                task -> task.isComplete() || task.laggingNodes().equals(List.of("l1-spelling")));
        everySpellingIsOneCopy(varnish, url, 2);
    }

    @Test
    void a_refresh_by_any_spelling_makes_the_copy_new() {
        for (String spelling : List.of("SITE.test", "site.test:80", "Site.Test:0080")) {
            Pages pages = cluster.origin().pages();
            String url = pages.url("b.html");
            everySpellingIsOneCopy(url, 1);
            pages.publish(2);

            String entry = url.replace("//site.test/", "//" + spelling + "/");
            Task task = Waiting.finished(
                    gateway, gateway.refresh("url", List.of(entry)).taskId());

            assertThat(task).as(entry).matches(Task::isComplete);
            everySpellingIsOneCopy(url, 2);
        }
    }

    private void everySpellingIsOneCopy(String url, int version) {
        everySpellingIsOneCopy(nodes, url, version);
    }

    /** The first spelling lets the page in; with all others it is a hit. */
    private static void everySpellingIsOneCopy(List<CacheNode> nodes, String url, int version) {
        for (CacheNode node : nodes) {
            assertThat(node.get(url)).matches(copy -> copy.isVersion(version), node + " gives version " + version);
            assertThat(SPELLINGS)
                    .allSatisfy(spelling -> assertThat(node.get(url, spelling))
                            .matches(copy -> copy.isVersion(version) && copy.hit(), node + " has it as " + spelling));
        }
    }
}

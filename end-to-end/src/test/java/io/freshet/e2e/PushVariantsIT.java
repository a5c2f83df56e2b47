package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Fleet;
import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.Accepted;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.process.Service;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Pushes of pages that vary by encoding. Where there is no nginx, Varnish alone is tried. */
@ClusterTest
@Order(Order.DEFAULT + 24)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PushVariantsIT {

    /** As Chromium and Firefox send it over TLS. */
    private static final String BROWSER = "gzip, deflate, br, zstd";

    private static final String PLAIN_HTTP = "gzip, deflate";

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final boolean hasNginx;

    PushVariantsIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        Optional<Fleet> fleet = cluster.extraNodes().withNginx("l1-varying");
        hasNginx = fleet.isPresent();
        fleet.ifPresent(with -> {
            cluster.restart(Service.PURGE_WORKER, with);
            cluster.restart(Service.PUSH_WORKER, with);
        });
    }

    @AfterAll
    void the_fleet_is_as_before() {
        cluster.restart(Service.PURGE_WORKER);
        cluster.restart(Service.PUSH_WORKER);
    }

    @Test
    void reader_with_the_encodings_of_a_browser_gets_a_hit_after_a_push() {
        Pages pages = cluster.origin().pages();
        pages.varyByEncoding();
        String url = pages.url("varied.html");

        Task task = push(url, "");

        assertThat(task).as("%s", task).matches(Task::isComplete);
        int fetches = pages.fetches(url);
        for (CacheNode node : cluster.l1()) {
            assertThat(node.getEncoded(url, BROWSER).hit()).isTrue();
            assertThat(node.get(url)).matches(copy -> copy.hit() && copy.isVersion(1));
        }
        if (hasNginx) {
            CacheNode nginx = cluster.node("l1-varying");
            assertThat(nginx.getEncoded(url, BROWSER).hit()).isTrue();
            assertThat(nginx.getEncoded(url, PLAIN_HTTP).hit()).isTrue();
            assertThat(nginx.get(url)).matches(copy -> copy.hit() && copy.isVersion(1));
            assertThat(gateway.objects(task.taskId(), null, 10))
                    .singleElement()
                    .satisfies(object ->
                            assertThat(object.description()).contains("l1-varying: gzip ", "not compressed "));
        }
        assertThat(pages.fetches(url)).isEqualTo(fetches).isLessThanOrEqualTo(4);
    }

    @Test
    void page_that_does_not_vary_is_fetched_once_by_each_node() {
        Pages pages = cluster.origin().pages();
        String url = pages.url("same.html");

        Task task = push(url, "");

        assertThat(task).as("%s", task).matches(Task::isComplete);
        assertThat(pages.fetches(url)).isLessThanOrEqualTo(hasNginx ? 2 : 1);
        assertThat(cluster.l1().getFirst().getEncoded(url, BROWSER).hit()).isTrue();
    }

    @Test
    void redirect_is_followed_if_that_is_asked_for() {
        Pages pages = cluster.origin().pages();
        String url = pages.url("moved.html");
        pages.redirect(url);

        Task task = push(url, ", \"redirects\": \"follow\"");

        assertThat(task).as("%s", task).matches(Task::isComplete);
        assertThat(gateway.objects(task.taskId(), "complete", 10))
                .singleElement()
                .satisfies(
                        object -> assertThat(object.description()).contains("followed a redirect to " + url + ".new"));
        CacheNode node = cluster.l1().getFirst();
        assertThat(node.get(url)).matches(copy -> copy.status() == 301 && copy.hit());
        assertThat(node.get(url + ".new")).matches(copy -> copy.isVersion(1) && copy.hit());
    }

    private Task push(String url, String options) {
        String body = "{\"objects\": [\"" + url + "\"], \"tier\": \"l1\"" + options + "}";
        Accepted accepted = gateway.post("/v1/pushes", body).as(202, Accepted.class);
        return Waiting.finished(gateway, accepted.taskId());
    }
}

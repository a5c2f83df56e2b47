package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Fleet;
import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Inspected;
import io.freshet.cluster.process.Service;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Inspection of the caches, without a fetch. Where there is no nginx, Varnish alone is tried. */
@ClusterTest
@Order(Order.DEFAULT + 23)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InspectIT {

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final boolean hasNginx;

    InspectIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        Optional<Fleet> fleet = cluster.extraNodes().withNginx("l1-inspected");
        hasNginx = fleet.isPresent();
        fleet.ifPresent(with -> cluster.restart(Service.PURGE_WORKER, with));
    }

    @AfterAll
    void the_fleet_is_as_before() {
        cluster.restart(Service.PURGE_WORKER);
    }

    @Test
    void each_node_tells_what_it_holds_and_no_origin_is_asked() {
        Pages pages = cluster.origin().pages();
        String url = pages.url("a.html");
        cluster.l1().getFirst().get(url);
        if (hasNginx) {
            cluster.node("l1-inspected").get(url);
        }
        int fetches = pages.fetches();

        Inspected inspected = inspect(url, "");

        for (String holding : new String[] {"l2-a", "l1-a"}) {
            assertThat(inspected.node(holding)).matches(node -> node.state().equals("present"), "has a copy");
            Inspected.CopyFacts copy = inspected.node(holding).copyOrThrow();
            assertThat(copy.status()).isEqualTo(200);
            assertThat(copy.ttlSeconds()).isPositive().isLessThanOrEqualTo(3600);
            assertThat(copy.bytes()).isPositive();
        }
        assertThat(inspected.node("l1-b").state()).isEqualTo("absent");
        if (hasNginx) {
            assertThat(inspected.node("l1-inspected"))
                    .matches(node -> node.state().equals("present"), "has a copy");
        }
        assertThat(inspected.origin()).isNull();
        assertThat(pages.fetches()).isEqualTo(fetches);
    }

    @Test
    void origin_is_asked_on_request_through_the_first_tier() {
        Pages pages = cluster.origin().pages();
        String url = pages.url("b.html");

        Inspected inspected = inspect(url, "&origin=true");

        assertThat(inspected.nodes()).allMatch(node -> node.state().equals("absent"));
        assertThat(inspected.originOrThrow().node()).isEqualTo("l2-a");
        assertThat(inspected.originOrThrow().responseOrThrow().status()).isEqualTo(200);
        assertThat(pages.fetches(url)).isEqualTo(1);
        assertThat(inspect(url, "").node("l2-a").state()).isEqualTo("absent");
    }

    private Inspected inspect(String url, String options) {
        String path = "/v1/inspect?url=" + URLEncoder.encode(url, StandardCharsets.UTF_8) + options;
        // A worker that starts does not answer yet.
        return Waiting.eventually("an inspection")
                .until(() -> gateway.get(path), answer -> answer.status() == 200)
                .as(200, Inspected.class);
    }
}

package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Fleet;
import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.http.TaskObject;
import io.freshet.cluster.process.Service;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A node that is not set up to purge is never believed: the task fails, names it and says what it answered, and does
 * not read 100%.
 */
@ClusterTest
@Order(Order.DEFAULT + 20)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MisconfiguredNodeIT {

    private final TestCluster cluster;
    private final GatewayClient gateway;

    MisconfiguredNodeIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
    }

    @AfterAll
    void the_fleet_is_as_before() {
        cluster.restart(Service.PURGE_WORKER);
    }

    @Test
    void a_varnish_without_our_vcl_before_the_origin_fails_the_task() {
        // It passes PURGE on to the origin, whose 404 must not count as absent.
        assertTheTaskFailsNaming(
                "l1-plain", "404", present(cluster.extraNodes().withVarnishThatAsksTheOrigin("l1-plain"), "varnishd"));
    }

    @Test
    void a_varnish_without_our_vcl_before_l2_fails_the_task() {
        // It passes PURGE and token on to L2, whose 200 must not count as its own.
        assertTheTaskFailsNaming(
                "l1-passing", "200", present(cluster.extraNodes().withVarnishThatAsksL2("l1-passing"), "varnishd"));
    }

    @Test
    void a_wrong_token_fails_the_task() {
        assertTheTaskFailsNaming("l1-other", "401", cluster.extraNodes().withAnotherToken("l1-other"));
    }

    @Test
    void an_nginx_without_purge_location_fails_the_task() {
        assertTheTaskFailsNaming(
                "l1-nginx", "404", present(cluster.extraNodes().withNginxWithoutPurgeLocation("l1-nginx"), "nginx"));
    }

    private static Fleet present(Optional<Fleet> fleet, String program) {
        Assumptions.assumeTrue(fleet.isPresent(), "there is no " + program + " on this machine");
        return fleet.orElseThrow();
    }

    private void assertTheTaskFailsNaming(String node, String answer, Fleet fleet) {
        cluster.restart(Service.PURGE_WORKER, fleet);
        Pages pages = cluster.origin().pages();
        String url = pages.url("a.html");
        cluster.l1().forEach(cache -> cache.get(url));
        pages.publish(2);

        String taskId = gateway.refresh("url", List.of(url)).taskId();

        Task task = Waiting.finished(gateway, taskId);
        assertThat(task.status()).as("%s", task).isEqualTo("failed");
        assertThat(task.progress()).isEqualTo(75);
        assertThat(task.laggingNodes()).containsExactly(node);
        assertThat(gateway.objects(taskId, "failed", 10))
                .singleElement()
                .satisfies(object -> assertNames(object, node, answer));
        for (CacheNode cache : cluster.l1()) {
            assertThat(cache.get(url)).matches(copy -> copy.isVersion(2), cache + " gives version 2");
        }
    }

    private static void assertNames(TaskObject object, String node, String answer) {
        assertThat(object.laggingNodes()).containsExactly(node);
        assertThat(object.nodesDone()).isEqualTo(3);
        assertThat(object.nodesTotal()).isEqualTo(4);
        assertThat(object.description()).contains(node).contains(answer);
    }
}

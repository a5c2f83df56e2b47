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

/** A push brings content into an nginx that is the parent cache. */
@ClusterTest
@Order(Order.DEFAULT + 16)
class NginxPushIT {

    private static final String PARENT = "l2-nginx";

    private final TestCluster cluster;
    private final GatewayClient gateway;

    NginxPushIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
    }

    @AfterAll
    static void fleet_is_as_before(TestCluster cluster) {
        cluster.restart(Service.PUSH_WORKER);
    }

    @Test
    void hls_site_is_whole_in_an_nginx_after_one_push_of_its_master_playlist() {
        Optional<Fleet> fleet = cluster.extraNodes().onlyNginx(PARENT);
        Assumptions.assumeTrue(fleet.isPresent(), "there is no nginx with the cache-purge module on this machine");
        cluster.restart(Service.PUSH_WORKER, fleet.orElseThrow());
        CacheNode parent = cluster.node(PARENT);
        Pages pages = cluster.origin().pages();
        List<String> requests = HlsSite.publish(pages, 3, 100);

        Task task = Waiting.finished(
                gateway, gateway.pushWithChildren(List.of(requests.getFirst())).taskId());

        assertThat(task).as("%s", task).matches(Task::isComplete);
        assertThat(task.completeCount()).isEqualTo(requests.size());
        assertThat(task.childCount()).isEqualTo(requests.size() - 1);
        assertThat(pages.fetches()).as("requests at the origin").isEqualTo(requests.size());
        assertThat(requests)
                .allSatisfy(url -> assertThat(parent.get(url).hit()).as(url).isTrue());
        assertThat(pages.fetches())
                .as("requests at the origin after the readers")
                .isEqualTo(requests.size());
    }
}

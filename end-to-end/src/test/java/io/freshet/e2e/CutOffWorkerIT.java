package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Fleet;
import io.freshet.cluster.Pages;
import io.freshet.cluster.TcpProxy;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.process.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Breaks the ways from one of two purge-workers to all nodes. The nodes are well, and so is the other worker. */
@ClusterTest
@Order(Order.DEFAULT + 16)
class CutOffWorkerIT {

    /** More than there are partitions: some of them are the cut-off worker's. */
    private static final int REFRESHES = 60;

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final List<CacheNode> nodes;
    private final List<TcpProxy> ways = new ArrayList<>();

    CutOffWorkerIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        this.nodes =
                Stream.concat(Stream.of(cluster.l2()), cluster.l1().stream()).toList();
    }

    @AfterEach
    void back_to_one_worker() {
        ways.forEach(TcpProxy::mend);
        cluster.scale(Service.PURGE_WORKER, 1);
        nodes.forEach(node -> Waiting.inSync(cluster, node, true));
    }

    @Test
    void isolated_worker_gives_up_its_partitions_and_no_node_lags() {
        Pages pages = cluster.origin().pages();
        List<String> urls = pages.urls(REFRESHES);
        cluster.l1().forEach(node -> urls.forEach(node::get));
        cluster.startOneMore(Service.PURGE_WORKER, throughWays());
        GatewayClient cutOff = cluster.managements(Service.PURGE_WORKER).getLast();
        Waiting.eventually("the second worker has its share").until(() -> refreshesThroughIt(pages, cutOff) > 0);
        pages.publish(2);
        try (ContinuousCheck _ = ContinuousCheck.that(this::assertAllInSync)) {
            ways.forEach(TcpProxy::loseRequests);
            List<String> tasks = urls.stream()
                    .map(url -> gateway.refresh("url", List.of(url)).taskId())
                    .toList();

            tasks.forEach(taskId -> Waiting.complete(gateway, taskId));
            cluster.l1()
                    .forEach(node -> assertThat(urls)
                            .allSatisfy(url -> assertThat(node.get(url)).matches(copy -> copy.isVersion(2))));
            Waiting.eventually("the cut-off worker says that it is unwell").until(() -> !isWell(cutOff));
        }

        ways.forEach(TcpProxy::mend);
        Waiting.eventually("it is well again").until(() -> isWell(cutOff));
    }

    private Fleet throughWays() {
        Fleet fleet = cluster.fleet();
        for (CacheNode node : nodes) {
            TcpProxy way = cluster.wayTo(node);
            ways.add(way);
            fleet = fleet.reaching(node, way);
        }
        return fleet;
    }

    /** Returns the number of purges that the worker has sent, after one more refresh. */
    private double refreshesThroughIt(Pages pages, GatewayClient worker) {
        String taskId = gateway.refresh("url", List.of(pages.url("share.html"))).taskId();
        Waiting.complete(gateway, taskId);
        return worker.metric("freshet_purges_total");
    }

    private void assertAllInSync() {
        assertThat(nodes)
                .allSatisfy(node ->
                        assertThat(cluster.gatewayManagement().isInSync(node)).isTrue());
    }

    private static boolean isWell(GatewayClient management) {
        return management.get("/actuator/health").status() == 200;
    }
}

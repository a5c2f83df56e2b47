package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TcpProxy;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.http.TaskObject;
import io.freshet.cluster.process.Service;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Breaks the way from the workers to a parent, which serves its children all the same: with what it should have
 * dropped.
 */
@ClusterTest
@Order(Order.DEFAULT + 13)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LaggingParentIT {

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final CacheNode parent;
    private final TcpProxy wayToParent;

    LaggingParentIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        this.parent = cluster.l2();
        this.wayToParent = cluster.wayTo(parent);
    }

    @BeforeAll
    void workers_reach_the_parent_by_a_way_of_their_own() {
        cluster.restart(Service.PURGE_WORKER, cluster.fleet().reaching(parent, wayToParent));
    }

    @AfterAll
    void workers_reach_it_as_before() {
        wayToParent.mend();
        cluster.restart(Service.PURGE_WORKER);
        Waiting.inSync(cluster, parent, true);
    }

    @Test
    void child_that_fetched_a_lagging_parents_old_copy_serves_the_new_one_later() {
        Pages pages = cluster.origin().pages();
        String url = pages.url("a.html");
        cluster.l1().forEach(child -> child.get(url));
        wayToParent.loseRequests();
        Waiting.inSync(cluster, parent, false);
        pages.publish(2);

        String taskId = gateway.refresh("url", List.of(url)).taskId();
        Waiting.eventually("the children are purged all the same")
                .until(() -> gateway.objects(taskId, null, 10), LaggingParentIT::isPurgedFromTwoNodes);
        for (CacheNode child : cluster.l1()) {
            assertThat(child.get(url)).matches(copy -> copy.isVersion(1), child + " refetched the old copy");
            assertThat(child.get(url).hit()).isTrue();
        }
        Task meanwhile = gateway.task(taskId);
        assertThat(meanwhile.status()).as("%s", meanwhile).isEqualTo("running");
        assertThat(meanwhile.laggingNodes()).containsExactly(parent.id());
        assertThat(meanwhile.settledAt()).isNull();
        assertThat(cluster.l1())
                .allSatisfy(child ->
                        assertThat(cluster.gatewayManagement().isInSync(child)).isTrue());
        wayToParent.mend();

        assertThat(Waiting.complete(gateway, taskId).progress()).isEqualTo(100);
        assertThat(cluster.l1()).allSatisfy(child -> assertThat(child.get(url)).matches(copy -> copy.isVersion(2)));
        Waiting.inSync(cluster, parent, true);
    }

    /** The only object of a task; there is none before its command is recorded. */
    static boolean isPurgedFromTwoNodes(List<TaskObject> objects) {
        return !objects.isEmpty() && objects.getFirst().nodesDone() == 2;
    }
}

package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.e2e.cluster.Pages;
import io.freshet.e2e.cluster.Service;
import io.freshet.e2e.cluster.TcpProxy;
import io.freshet.e2e.cluster.TestCluster;
import io.freshet.e2e.http.CacheNode;
import io.freshet.e2e.http.GatewayClient;
import io.freshet.e2e.http.Task;
import io.freshet.e2e.http.TaskObject;
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

    private final TestCluster stage;
    private final GatewayClient gateway;
    private final CacheNode parent;
    private final TcpProxy wayToParent;

    LaggingParentIT(TestCluster stage) {
        this.stage = stage;
        this.gateway = stage.gateway();
        this.parent = stage.l2();
        this.wayToParent = stage.wayTo(parent);
    }

    @BeforeAll
    void workers_reach_the_parent_by_a_way_of_their_own() {
        stage.restart(Service.PURGE_WORKER, stage.fleet().reaching(parent, wayToParent));
    }

    @AfterAll
    void workers_reach_it_as_before() {
        wayToParent.mend();
        stage.restart(Service.PURGE_WORKER);
        Waiting.inSync(stage, parent, true);
    }

    @Test
    void child_that_fetched_a_lagging_parents_old_copy_serves_the_new_one_later() {
        Pages pages = stage.origin().pages();
        String url = pages.url("a.html");
        stage.l1().forEach(child -> child.get(url));
        wayToParent.loseRequests();
        Waiting.inSync(stage, parent, false);
        pages.publish(2);

        String taskId = gateway.refresh("url", List.of(url)).taskId();
        Waiting.eventually("the children are purged all the same")
                .until(() -> gateway.objects(taskId, null, 10), LaggingParentIT::isPurgedFromTwoNodes);
        for (CacheNode child : stage.l1()) {
            assertThat(child.get(url)).matches(copy -> copy.isVersion(1), child + " refetched the old copy");
            assertThat(child.get(url).hit()).isTrue();
        }
        Task meanwhile = gateway.task(taskId);
        assertThat(meanwhile.status()).as("%s", meanwhile).isEqualTo("running");
        assertThat(meanwhile.laggingNodes()).containsExactly(parent.id());
        assertThat(meanwhile.settledAt()).isNull();
        assertThat(stage.l1())
                .allSatisfy(child ->
                        assertThat(stage.gatewayManagement().isInSync(child)).isTrue());
        wayToParent.mend();

        assertThat(Waiting.complete(gateway, taskId).progress()).isEqualTo(100);
        assertThat(stage.l1()).allSatisfy(child -> assertThat(child.get(url)).matches(copy -> copy.isVersion(2)));
        Waiting.inSync(stage, parent, true);
    }

    /** The only object of a task; there is none before its command is recorded. */
    static boolean isPurgedFromTwoNodes(List<TaskObject> objects) {
        return !objects.isEmpty() && objects.getFirst().nodesDone() == 2;
    }
}

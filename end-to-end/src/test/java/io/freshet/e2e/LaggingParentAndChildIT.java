package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TcpProxy;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.process.Service;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Breaks the ways from the workers to a parent and to one of its children, which had fetched the parent's old copy
 * after it was purged itself.
 */
@ClusterTest
@Order(Order.DEFAULT + 14)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LaggingParentAndChildIT {

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final CacheNode parent;
    private final CacheNode child;
    private final TcpProxy wayToParent;
    private final TcpProxy wayToChild;

    private String url = "";
    private String taskId = "";

    LaggingParentAndChildIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        this.parent = cluster.l2();
        this.child = cluster.l1().getFirst();
        this.wayToParent = cluster.wayTo(parent);
        this.wayToChild = cluster.wayTo(child);
    }

    @BeforeAll
    void workers_reach_both_by_ways_of_their_own() {
        cluster.restart(
                Service.PURGE_WORKER,
                cluster.fleet().reaching(parent, wayToParent).reaching(child, wayToChild));
    }

    @AfterAll
    void workers_reach_them_as_before() {
        wayToParent.mend();
        wayToChild.mend();
        cluster.restart(Service.PURGE_WORKER);
        Waiting.inSync(cluster, parent, true);
        Waiting.inSync(cluster, child, true);
    }

    @BeforeEach
    void both_are_late_and_both_hold_the_old_copy() {
        Pages pages = cluster.origin().pages();
        url = pages.url("a.html");
        child.get(url);
        wayToParent.loseRequests();
        Waiting.inSync(cluster, parent, false);
        pages.publish(2);
        taskId = gateway.refresh("url", List.of(url)).taskId();
        Waiting.eventually("the child is purged")
                .until(() -> gateway.objects(taskId, null, 10), LaggingParentIT::isPurgedFromTwoNodes);
        assertThat(child.get(url).isVersion(1)).isTrue();
        wayToChild.loseRequests();
        Waiting.inSync(cluster, child, false);
    }

    @Test
    void when_the_parent_returns_first_nothing_stale_is_left() {
        wayToParent.mend();
        Waiting.inSync(cluster, parent, true);
        wayToChild.mend();

        assertNothingIsStale();
    }

    @Test
    void when_the_child_returns_first_nothing_stale_is_left() {
        wayToChild.mend();
        Waiting.inSync(cluster, child, true);
        child.get(url);
        wayToParent.mend();

        assertNothingIsStale();
    }

    private void assertNothingIsStale() {
        Waiting.inSync(cluster, parent, true);
        Waiting.inSync(cluster, child, true);
        Waiting.complete(gateway, taskId);
        assertThat(parent.get(url)).matches(copy -> copy.isVersion(2));
        assertThat(child.get(url)).matches(copy -> copy.isVersion(2));
    }
}

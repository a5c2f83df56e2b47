package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A push brings named content from the origin into L2 before anyone asks. */
@ClusterTest
class PushIT {

    private final TestCluster cluster;
    private final GatewayClient gateway;

    PushIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
    }

    @Test
    void pushed_pages_cost_the_origin_one_request_each_and_their_first_readers_none() {
        Pages pages = cluster.origin().pages();
        List<String> urls = pages.urls(100);

        Task task = Waiting.finished(gateway, gateway.push(urls).taskId());

        assertThat(task.status()).as("%s", task).isEqualTo("complete");
        assertThat(task.kind()).isEqualTo("push");
        assertThat(task.progress()).isEqualTo(100);
        assertThat(urls).allSatisfy(url -> assertThat(pages.fetches(url)).isEqualTo(1));
        for (CacheNode node : cluster.l1()) {
            assertThat(urls).allSatisfy(url -> assertThat(node.get(url)).matches(copy -> copy.isVersion(1)));
        }
        assertThat(pages.fetches()).as("requests at the origin").isEqualTo(100);
        assertThat(gateway.objects(task.taskId(), "complete", 100))
                .hasSize(100)
                .allSatisfy(object -> assertThat(object.bytes()).isPositive());
    }

    @Test
    void a_redirect_that_the_node_keeps_is_complete_and_named() {
        Pages pages = cluster.origin().pages();
        String url = pages.url("moved.html");
        pages.redirect(url);

        Task task = Waiting.finished(gateway, gateway.push(List.of(url)).taskId());

        assertThat(task).as("%s", task).matches(Task::isComplete);
        assertThat(gateway.objects(task.taskId(), "complete", 10))
                .singleElement()
                .satisfies(object -> assertThat(object.description()).contains("kept a redirect (301)"));
        assertThat(cluster.l2().get(url)).matches(copy -> copy.status() == 301 && copy.hit());
    }

    @Test
    void a_page_that_the_origin_does_not_have_fails_alone_and_says_so() {
        Pages pages = cluster.origin().pages();
        List<String> urls = new ArrayList<>(pages.urls(3));
        pages.remove(urls.get(1));

        Task task = Waiting.finished(gateway, gateway.push(urls).taskId());

        assertThat(task.status()).as("%s", task).isEqualTo("failed");
        assertThat(task.progress()).isLessThan(100);
        assertThat(task.completeCount()).isEqualTo(2);
        assertThat(gateway.objects(task.taskId(), "failed", 100))
                .singleElement()
                .satisfies(object -> {
                    assertThat(object.object()).isEqualTo(urls.get(1));
                    assertThat(object.description()).contains("404");
                });
    }
}

package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.Accepted;
import io.freshet.cluster.http.Answer;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Cancelled tasks stop, say what they did, and give back what they did not; failed objects are retried. */
@ClusterTest
class CancelIT {

    private final TestCluster cluster;
    private final GatewayClient gateway;

    CancelIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
    }

    @Test
    void cancelled_push_fetches_no_more_and_gives_back_what_it_did_not_fetch() {
        Pages pages = cluster.origin().pages();
        List<String> urls = pages.urls(500);
        urls.forEach(pages::hold);
        long before = gateway.used("push");
        String push = gateway.push(urls).taskId();
        Waiting.eventually("requests are in flight").until(() -> pages.fetches() > 0);

        cancel(push);

        Waiting.task(gateway, push, "is cancelled", task -> task.status().equals("cancelled"));
        urls.forEach(pages::letGo);
        Waiting.eventually("the requests in flight are counted")
                .until(() -> gateway.task(push), task -> task.completeCount() == pages.fetches());
        int fetched = pages.fetches();
        assertThat(fetched).isLessThan(500);
        Waiting.eventually("the quota is exact").until(() -> gateway.used("push") == before + fetched);
        assertThat(gateway.objects(push, "cancelled", 1_000)).hasSize(500 - fetched);
        assertThat(gateway.task(push).status()).isEqualTo("cancelled");
        assertThat(Waiting.finished(gateway, gateway.push(pages.urls(1)).taskId())
                        .status())
                .as("the domain's next push")
                .isEqualTo("complete");
        assertThat(pages.fetches()).isBetween(fetched, fetched + 1);
    }

    @Test
    void node_that_comes_back_does_not_receive_a_cancelled_refresh() {
        Pages pages = cluster.origin().pages();
        List<String> urls = pages.urls(50);
        CacheNode away = cluster.l1().getLast();
        urls.forEach(url -> assertThat(away.get(url).isVersion(1)).isTrue());
        pages.publish(2);
        cluster.pause(away);
        String refresh;
        try {
            // What is sent to a node before it is lagging is in flight, and reaches it.
            gateway.refresh("url", List.of(pages.url("before.html")));
            Waiting.inSync(cluster, away, false);
            refresh = gateway.refresh("url", urls).taskId();
            Waiting.task(
                    gateway,
                    refresh,
                    "names the node",
                    task -> task.laggingNodes().contains(away.id()));

            cancel(refresh);

            Task task = Waiting.task(
                    gateway, refresh, "is cancelled", it -> it.status().equals("cancelled"));
            assertThat(task.laggingNodes()).isEmpty();
            assertThat(task.progress()).isBetween(1, 99);
            assertThat(cancelAgain(refresh).status()).isEqualTo(202);
        } finally {
            cluster.resume(away);
            Waiting.inSync(cluster, away, true);
        }
        assertThat(urls).allMatch(url -> away.get(url).isVersion(1));
        assertThat(gateway.task(refresh).status()).isEqualTo("cancelled");
        Task next = Waiting.complete(gateway, gateway.refresh("url", urls).taskId());
        assertThat(next.laggingNodes()).isEmpty();
        assertThat(urls).allMatch(url -> away.get(url).isVersion(2));
        Answer.Problem refused = cancelAgain(next.taskId()).problem();
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.detail()).contains("nothing is left to cancel");
    }

    @Test
    void failed_objects_are_retried_in_a_task_of_their_own() {
        Pages pages = cluster.origin().pages();
        List<String> urls = pages.urls(3);
        pages.remove(urls.get(1));
        Task failed = Waiting.finished(gateway, gateway.push(urls).taskId());
        assertThat(failed.failedCount()).isEqualTo(1);

        Answer first = gateway.post("/v1/tasks/" + failed.taskId() + "/retry", "", "retry-" + failed.taskId());
        Answer again = gateway.post("/v1/tasks/" + failed.taskId() + "/retry", "", "retry-" + failed.taskId());

        String retry = first.as(202, Accepted.class).taskId();
        assertThat(again.as(202, Accepted.class).taskId()).isEqualTo(retry);
        Task retried = Waiting.finished(gateway, retry);
        assertThat(retried.objectCount()).isEqualTo(1);
        assertThat(gateway.objects(retry, null, 10))
                .singleElement()
                .satisfies(object -> assertThat(object.object()).isEqualTo(urls.get(1)));
        assertThat(gateway.get("/v1/tasks/" + retry).body()).contains("\"retryOf\":\"" + failed.taskId() + "\"");
    }

    private void cancel(String taskId) {
        assertThat(cancelAgain(taskId).status()).isEqualTo(202);
    }

    private Answer cancelAgain(String taskId) {
        return gateway.post("/v1/tasks/" + taskId + "/cancel", "");
    }
}

package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Fleet;
import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.Answer;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.CacheNode.Copy;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.process.Service;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;

/** A cluster whose gateway and purge-worker know one cache server only, or a second one that refuses purges. */
final class OneNodeFleet {

    /** Longer than the fetches of the tests take. */
    private static final Map<String, String> SETTINGS = Map.of("FRESHET_DELIVERY_REBOUND_DELAY", "6s");

    private final TestCluster cluster;
    private final GatewayClient gateway;

    OneNodeFleet(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
    }

    /** Returns the fleet, or skips the test where the server is not installed. */
    static Fleet present(Optional<Fleet> fleet, String program) {
        Assumptions.assumeTrue(fleet.isPresent(), "there is no " + program + " on this machine");
        return fleet.orElseThrow();
    }

    void run(Fleet fleet) {
        cluster.restart(Service.GATEWAY, fleet);
        cluster.restart(Service.PURGE_WORKER, fleet, SETTINGS);
    }

    void restoreFleet() {
        cluster.restart(Service.GATEWAY);
        cluster.restart(Service.PURGE_WORKER);
    }

    Task refreshed(String type, String object) {
        Task task =
                Waiting.finished(gateway, gateway.refresh(type, List.of(object)).taskId());
        assertThat(task.status()).as("%s", task).isEqualTo("complete");
        return task;
    }

    /** Makes the node store version 1. */
    static void holds(CacheNode node, String url) {
        assertThat(node.get(url)).matches(copy -> copy.isVersion(1), node + " gives version 1");
        assertHolds(node, url, 1);
    }

    static void assertHolds(CacheNode node, String url, int version) {
        assertThat(node.get(url)).matches(copy -> copy.isVersion(version) && copy.hit(), "holds version " + version);
    }

    static void assertNew(CacheNode node, String url) {
        assertThat(node.get(url)).matches(copy -> copy.isVersion(2), node + " gives version 2 of " + url);
    }

    /** A fetch that ends after the first purge stores the old page; the second purge drops it. */
    void assertSettledAfterAFetchDuringThePurge(CacheNode node) {
        Pages pages = cluster.origin().pages();
        String url = pages.url("slow.html");
        pages.hold(url);
        CompletableFuture<Copy> fetch = CompletableFuture.supplyAsync(() -> node.get(url));
        Waiting.eventually("the origin is asked").until(() -> pages.fetches(url) == 1);
        pages.publish(2);

        String taskId = gateway.refresh("url", List.of(url)).taskId();

        Waiting.task(gateway, taskId, "is applied", task -> task.appliedAt() != null);
        pages.letGo(url);
        assertThat(fetch.join().isVersion(1)).isTrue();
        assertHolds(node, url, 1);
        Waiting.task(gateway, taskId, "is settled", task -> task.settledAt() != null);
        assertNew(node, url);
    }

    /** A node that hangs is late; once it goes on it gets what it has missed before it is in sync. */
    void assertCatchesUp(CacheNode node) {
        Pages pages = cluster.origin().pages();
        String url = pages.url("a.html");
        holds(node, url);
        cluster.pause(node);
        Waiting.inSync(cluster, node, false);
        pages.publish(2);
        String taskId = gateway.refresh("url", List.of(url)).taskId();
        Task late = Waiting.task(
                gateway,
                taskId,
                "names the late node",
                task -> task.laggingNodes().contains(node.id()));
        assertThat(late.isComplete()).isFalse();

        cluster.resume(node);

        Waiting.complete(gateway, taskId);
        Waiting.inSync(cluster, node, true);
        assertNew(node, url);
    }

    /**
     * The worker is away while the node is restarted, so that the old page can be seen.
     *
     * @param keepIndex restarts the node so that it still holds a page
     */
    void assertMendedAfterARestartThatBringsPagesBack(CacheNode node, Consumer<String> keepIndex, Runnable restart) {
        Pages pages = cluster.origin().pages();
        String url = pages.url("a.html");
        holds(node, url);
        keepIndex.accept(url);
        Waiting.inSync(cluster, node, true);
        pages.publish(2);
        refreshed("url", url);
        cluster.kill(Service.PURGE_WORKER);

        restart.run();

        Waiting.eventually("the purged page is back").until(() -> node.get(url).isVersion(1));
        cluster.start(Service.PURGE_WORKER);
        Waiting.eventually("it is purged again").until(() -> node.get(url).isVersion(2));
        Waiting.inSync(cluster, node, true);
    }

    /** A node that refuses the worker's token fails the task, and is named with its answer. */
    void assertFailsNaming(String refusing, CacheNode good) {
        Pages pages = cluster.origin().pages();
        String url = pages.url("a.html");
        holds(good, url);
        pages.publish(2);

        String taskId = gateway.refresh("url", List.of(url)).taskId();

        Task task = Waiting.finished(gateway, taskId);
        assertThat(task.status()).as("%s", task).isEqualTo("failed");
        assertThat(task.laggingNodes()).containsExactly(refusing);
        assertThat(gateway.objects(taskId, "failed", 10))
                .singleElement()
                .satisfies(object -> assertThat(object.description()).contains(refusing, "403"));
        assertNew(good, url);
    }

    void assertUnsupported(String type, String object, String node, String driver) {
        Answer answer = gateway.post("/v1/refreshes", GatewayClient.refreshOf(type, List.of(object)));

        assertThat(answer.status()).as("%s", answer).isEqualTo(409);
        assertThat(answer.problem().type()).hasToString("urn:freshet:problem:unsupported-by-nodes");
        assertThat(answer.problem().detail()).contains(node, driver);
    }
}

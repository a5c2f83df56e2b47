package io.freshet.e2e;

import static io.freshet.cluster.http.GatewayClient.refreshOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.Accepted;
import io.freshet.cluster.http.Answer;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.process.Service;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Wherever a request is cut off, repeating it with its key does what was asked, under the same ids, charged once. */
@ClusterTest
@Order(Order.DEFAULT + 11)
class GatewayDeathIT {

    private final TestCluster cluster;
    private final GatewayClient gateway;
    private final String key = UUID.randomUUID().toString();
    private final Pages pages;
    private final String url;
    private final String body;
    private long usedBefore;

    GatewayDeathIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
        this.pages = cluster.origin().pages();
        this.url = pages.url("a.html");
        this.body = refreshOf("url", List.of(url));
    }

    @BeforeEach
    void both_l1_hold_version_1_and_the_gateway_has_published_before() {
        Waiting.finished(
                gateway,
                gateway.refresh("url", List.of(pages.url("warm-up.html"))).taskId());
        cluster.l1().forEach(node -> node.get(url));
        pages.publish(2);
        usedBefore = gateway.used("url");
    }

    @AfterEach
    void nothing_is_lost_any_more() {
        cluster.betweenGatewayAndKafka().mend();
    }

    @Test
    void killed_between_admission_and_publishing() {
        cluster.betweenGatewayAndKafka().loseRequests();
        CompletableFuture<Answer> cutOff = gateway.postAsync("/v1/refreshes", body, key);
        String admitted = Waiting.eventually("the task is admitted")
                .until(gateway::pendingTasks, tasks -> tasks.size() == 1)
                .getFirst()
                .taskId();
        assertThat(gateway.used("url")).isEqualTo(usedBefore + 1);
        assertThat(cutOff).isNotDone();

        cluster.kill(Service.GATEWAY);
        cluster.betweenGatewayAndKafka().mend();
        cluster.start(Service.GATEWAY);

        assertThat(cluster.l1()).allSatisfy(node -> assertThat(node.get(url)).matches(copy -> copy.isVersion(1)));
        repeatedItIsDoneOnceUnder(admitted);
    }

    @Test
    void killed_between_publishing_and_answering() {
        cluster.betweenGatewayAndKafka().loseAnswers();
        CompletableFuture<Answer> cutOff = gateway.postAsync("/v1/refreshes", body, key);
        Waiting.eventually("both L1 nodes give version 2, since the command is published")
                .until(() ->
                        cluster.l1().stream().allMatch(node -> node.get(url).isVersion(2)));
        assertThat(cutOff).isNotDone();

        cluster.kill(Service.GATEWAY);
        cluster.betweenGatewayAndKafka().mend();
        cluster.start(Service.GATEWAY);

        String published = Waiting.eventually("the task is listed")
                .until(() -> gateway.tasksOf(url), tasks -> tasks.size() == 1)
                .getFirst()
                .taskId();
        repeatedItIsDoneOnceUnder(published);
    }

    @Test
    void timed_out_though_published() {
        cluster.betweenGatewayAndKafka().loseAnswers();

        Answer answer = gateway.post("/v1/refreshes", body, key);

        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.problem().detail()).containsIgnoringCase("Idempotency-Key");
        cluster.betweenGatewayAndKafka().mend();
        String published = Waiting.eventually("the task is recorded")
                .until(() -> gateway.tasksOf(url), tasks -> tasks.size() == 1)
                .getFirst()
                .taskId();
        Task task = Waiting.finished(gateway, published);
        assertThat(task.status()).as("%s", task).isEqualTo("complete");
        assertThat(gateway.used("url")).isEqualTo(usedBefore + 1);
        repeatedItIsDoneOnceUnder(published);
    }

    private void repeatedItIsDoneOnceUnder(String taskId) {
        Accepted repeated = Waiting.eventually("the repetition is accepted")
                .until(() -> gateway.post("/v1/refreshes", body, key), answer -> answer.status() == 202)
                .as(202, Accepted.class);

        assertThat(repeated.taskIds()).containsExactly(taskId);
        Task task = Waiting.finished(gateway, taskId);
        assertThat(task.status()).as("%s", task).isEqualTo("complete");
        for (CacheNode node : cluster.l1()) {
            assertThat(node.get(url)).matches(copy -> copy.isVersion(2), node + " gives version 2");
        }
        assertThat(gateway.tasksOf(url)).extracting(Task::taskId).containsExactly(taskId);
        assertThat(gateway.used("url")).isEqualTo(usedBefore + 1);
    }
}

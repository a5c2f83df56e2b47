package io.freshet.e2e;

import static io.freshet.cluster.http.GatewayClient.refreshOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.Accepted;
import io.freshet.cluster.http.Answer;
import io.freshet.cluster.http.GatewayClient;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** An idempotency key owns its tasks. */
@ClusterTest
class IdempotencyIT {

    private final TestCluster cluster;
    private final GatewayClient gateway;

    IdempotencyIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
    }

    @Test
    void the_same_key_with_the_same_body_gives_the_same_tasks_and_charges_once() {
        String key = UUID.randomUUID().toString();
        Pages pages = cluster.origin().pages();
        String body = refreshOf("url", List.of(pages.url("a.html"), "http://one.sub.test/a"));
        long before = gateway.used("url");

        Answer answer = gateway.post("/v1/refreshes", body, key);
        Accepted first = answer.as(202, Accepted.class);
        Accepted second = gateway.post("/v1/refreshes", body, key).as(202, Accepted.class);
        first.taskIds().forEach(taskId -> Waiting.finished(gateway, taskId));
        Answer replay = gateway.post("/v1/refreshes", body, key);
        Accepted third = replay.as(202, Accepted.class);

        assertThat(first.tasks()).hasSize(2);
        assertThat(second.taskIds()).isEqualTo(first.taskIds());
        assertThat(third.taskIds()).isEqualTo(first.taskIds());
        assertThat(answer.headers().map()).doesNotContainKey("idempotency-replayed");
        assertThat(replay.headers().firstValue("Idempotency-Replayed")).hasValue("true");
        assertThat(gateway.used("url")).isEqualTo(before + 2);
    }

    @Test
    void the_same_key_with_another_body_is_a_conflict_and_charges_nothing() {
        String key = UUID.randomUUID().toString();
        Pages pages = cluster.origin().pages();
        gateway.post("/v1/refreshes", refreshOf("url", List.of(pages.url("a.html"))), key)
                .as(202, Accepted.class);
        long before = gateway.used("url");

        Answer answer = gateway.post("/v1/refreshes", refreshOf("url", List.of(pages.url("b.html"))), key);

        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(409);
        assertThat(answer.problem().status()).isEqualTo(409);
        assertThat(gateway.used("url")).isEqualTo(before);
        assertThat(gateway.tasksOf(pages.url("b.html"))).isEmpty();
    }

    @Test
    void a_key_outlives_a_database_that_is_killed_right_after_the_answer() {
        String key = UUID.randomUUID().toString();
        String body = refreshOf("url", List.of(cluster.origin().pages().url("a.html")));

        Accepted first = gateway.post("/v1/refreshes", body, key).as(202, Accepted.class);
        cluster.killPostgres();
        cluster.startPostgres();
        Waiting.eventually("directories, which need an admission, are accepted again")
                .until(() -> gateway.post("/v1/refreshes", directory()).status() == 202);

        Accepted second = gateway.post("/v1/refreshes", body, key).as(202, Accepted.class);
        assertThat(second.taskIds()).isEqualTo(first.taskIds());
        first.taskIds().forEach(taskId -> Waiting.finished(gateway, taskId));
    }

    private String directory() {
        return refreshOf("directory", List.of(cluster.origin().pages().url("dir/")));
    }
}

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
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Outages of Kafka and Postgres. */
@ClusterTest
@Order(Order.DEFAULT + 10)
class OutageIT {

    private static final Logger log = LoggerFactory.getLogger(OutageIT.class);

    private final TestCluster cluster;
    private final GatewayClient gateway;

    OutageIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
    }

    /**
     * Admissions have connections of their own, and a pool that has lost its database asks for it again after five
     * seconds at worst.
     */
    @AfterEach
    void everything_is_up_again() {
        cluster.startKafka();
        cluster.startPostgres();
        Waiting.eventually("the gateway answers queries again")
                .until(() -> gateway.get("/v1/quotas").status() == 200);
        String directory =
                refreshOf("directory", List.of(cluster.origin().pages().directory()));
        Waiting.eventually("quotas are checked again")
                .until(() -> gateway.post("/v1/refreshes", directory).status() == 202);
    }

    @Test
    void refresh_without_kafka_is_refused_in_time_and_succeeds_afterwards() {
        Pages pages = cluster.origin().pages();
        String url = pages.url("a.html");
        cluster.l1().forEach(node -> node.get(url));
        pages.publish(2);
        String key = UUID.randomUUID().toString();
        String body = refreshOf("url", List.of(url));
        long before = gateway.used("url");

        cluster.stopKafka();
        long asked = System.nanoTime();
        Answer refused = gateway.post("/v1/refreshes", body, key);
        Duration took = Duration.ofNanos(System.nanoTime() - asked);

        assertThat(refused.status()).as("%s", refused.body()).isEqualTo(503);
        assertThat(refused.problem().status()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        log.info("without Kafka the answer took {} ms", took.toMillis());
        assertThat(took).isLessThan(Duration.ofSeconds(3));

        cluster.startKafka();
        Accepted accepted = Waiting.eventually("a refresh is accepted again")
                .until(() -> gateway.post("/v1/refreshes", body, key), answer -> answer.status() == 202)
                .as(202, Accepted.class);
        Task task = Waiting.finished(gateway, accepted.taskId());
        assertThat(task.status()).as("%s", task).isEqualTo("complete");
        assertEveryL1Gives(url, 2);
        assertThat(gateway.used("url")).isEqualTo(before + 1);
    }

    @Test
    void url_refresh_without_postgres_reaches_the_nodes_and_is_stored_later() {
        Pages pages = cluster.origin().pages();
        String url = pages.url("a.html");
        cluster.l1().forEach(node -> node.get(url));
        pages.publish(2);
        long before = gateway.used("url");

        cluster.stopPostgres();
        String taskId = gateway.refresh("url", List.of(url)).taskId();

        Waiting.eventually("both L1 nodes give version 2")
                .until(() ->
                        cluster.l1().stream().allMatch(node -> node.get(url).isVersion(2)));
        assertThat(gateway.get("/v1/tasks/" + taskId).status()).isEqualTo(503);
        assertThat(gateway.post("/v1/refreshes", refreshOf("directory", List.of(pages.directory())))
                        .status())
                .as("a directory is not accepted unchecked")
                .isEqualTo(503);

        cluster.startPostgres();
        Waiting.eventually("the record appears")
                .until(() -> gateway.get("/v1/tasks/" + taskId).status() == 200);
        Task task = Waiting.finished(gateway, taskId);
        assertThat(task.status()).as("%s", task).isEqualTo("complete");
        assertThat(gateway.used("url")).isEqualTo(before + 1);
    }

    private void assertEveryL1Gives(String url, int version) {
        for (CacheNode node : cluster.l1()) {
            assertThat(node.get(url)).matches(copy -> copy.isVersion(version), node + " gives version " + version);
        }
    }
}

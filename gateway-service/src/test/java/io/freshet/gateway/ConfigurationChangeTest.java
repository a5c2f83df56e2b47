package io.freshet.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.message.NodeChanged;
import io.freshet.fleet.watch.CurrentFleet;
import io.freshet.kafka.MessagePublisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.MediaType;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.context.EmbeddedKafka;

/** A gateway whose configuration file changes while it runs. */
@EmbeddedKafka(
        partitions = 3,
        topics = {})
class ConfigurationChangeTest {

    private static final String L1_B = """
                  - { id: l1-b, address: "http://127.0.0.1:6083", driver: varnish }
        """;

    @TempDir
    static Path folder;

    private static String original;
    private static Path file;
    private static TaskServiceContract taskService;
    private static Gateway gateway;

    @BeforeAll
    static void start(EmbeddedKafkaBroker broker) throws IOException {
        original = Files.readString(Path.of("src/test/resources/gateway-test.yml"));
        file = Files.writeString(folder.resolve("freshet.yml"), original);
        taskService = new TaskServiceContract();
        gateway = Gateway.start(
                broker.getBrokersAsString(),
                taskService.url(),
                Map.of(
                        "freshet.topics.partitions", "3",
                        "freshet.gateway.live.heartbeat", "500ms",
                        "freshet.configuration.poll-interval", "50ms",
                        "FRESHET_CONFIG", file.toString()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        taskService.close();
    }

    @BeforeEach
    void restore() throws IOException {
        change(original);
        await().until(() -> isConfigured("l1-b") && !isConfigured("l1-c"));
        await().until(() -> status("other", "/v1/account") == 200);
        for (String node : new String[] {"l2-a", "l1-a", "l1-b"}) {
            report(node, 0);
            report(node, 1);
            report(node, 2);
            await().until(() -> inSync(node) == 200);
        }
    }

    private static void change(String content) throws IOException {
        Path next = Files.writeString(folder.resolve("next"), content);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean isConfigured(String node) {
        return gateway.context.getBean(CurrentFleet.class).get().nodes().stream()
                .anyMatch(each -> each.id().equals(node));
    }

    private static void report(String node, int partition) {
        gateway.context
                .getBean(MessagePublisher.class)
                .publish(new NodeChanged(node, partition, NodeState.IN_SYNC, true, Instant.now(), null, 0, null, null))
                .join();
    }

    private static int inSync(String node) {
        return gateway.management()
                .get()
                .uri("/nodes/" + node + "/in-sync")
                .exchange()
                .returnResult(Void.class)
                .getStatus()
                .value();
    }

    private static int status(String account, String path) {
        return gateway.as(account)
                .get()
                .uri(path)
                .exchange()
                .returnResult(Void.class)
                .getStatus()
                .value();
    }

    private static String metrics() {
        return new String(gateway.management()
                .get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectBody()
                .returnResult()
                .getResponseBody());
    }

    @Test
    void new_node_lags_until_the_workers_of_all_partitions_have_reported_it() throws IOException {
        change(original.replace(L1_B, L1_B + L1_B.replace("l1-b", "l1-c").replace("6083", "6084")));
        await().until(() -> isConfigured("l1-c"));
        assertThat(inSync("l1-c")).isEqualTo(503);
        assertThat(metrics()).contains("freshet_node_lagging{node=\"l1-c\"} 1.0");
        report("l1-c", 0);
        report("l1-c", 2);
        await().untilAsserted(() -> gateway.as("acme")
                .get()
                .uri("/v1/nodes")
                .exchange()
                .expectBody()
                .jsonPath("$.nodes[3].state")
                .isEqualTo("lagging")
                .jsonPath("$.nodes[3].why")
                .isEqualTo("is new: the purge-workers of the partitions [1] have not taken it over yet"));
        assertThat(inSync("l1-c")).isEqualTo(503);
        report("l1-c", 1);
        await().until(() -> inSync("l1-c") == 200);
    }

    @Test
    void node_that_left_is_forgotten_and_counts_as_new_when_it_returns() throws IOException {
        change(original.replace(L1_B, ""));
        await().until(() -> inSync("l1-b") == 404);
        report("l1-b", 0);
        assertThat(metrics()).doesNotContain("node=\"l1-b\"");
        change(original);
        await().until(() -> isConfigured("l1-b"));
        assertThat(inSync("l1-b")).isEqualTo(503);
        for (int partition = 0; partition < 3; partition++) {
            report("l1-b", partition);
        }
        await().until(() -> inSync("l1-b") == 200);
    }

    @Test
    void stream_of_an_account_whose_token_was_removed_ends_and_others_go_on() throws Exception {
        try (Events ofOther = new Events(gateway.lines("other", "/v1/tasks/events"));
                Events ofAcme = new Events(gateway.lines("acme", "/v1/tasks/events"))) {
            ofOther.awaitOpen();
            ofAcme.awaitOpen();
            change(original.replaceFirst("(id: other\n.*token-hashes: \\[).*]", "$1 ]"));
            ofOther.awaitEnd();
            assertThat(status("other", "/v1/account")).isEqualTo(401);
            assertThat(status("acme", "/v1/account")).isEqualTo(200);
            ofAcme.awaitHeartbeat();
        }
    }

    @Test
    void node_stream_of_an_account_that_is_no_operator_any_more_ends() throws Exception {
        try (Events events = new Events(gateway.lines("acme", "/v1/nodes/events"))) {
            events.next();
            change(original.replace("      operator: true\n", ""));
            await().until(() -> status("acme", "/v1/nodes") == 403);
            events.awaitEndAfterEvents();
        }
    }

    @Test
    void invalid_file_changes_nothing() throws IOException {
        change(original.replace("id: l1-b", "id: l1-a").replace("id: other\n", "id: another\n"));
        await().until(() -> metrics().contains("freshet_configuration_valid 0.0"));
        assertThat(isConfigured("l1-b")).isTrue();
        assertThat(status("other", "/v1/account")).isEqualTo(200);
        change(original);
        await().until(() -> metrics().contains("freshet_configuration_valid 1.0"));
        assertThat(inSync("l1-b")).isEqualTo(200);
    }

    @Test
    void new_tier_and_driver_count_for_the_next_request() throws IOException {
        change(
                original.replace("varnish: {", "plain: { type: http }\n      varnish: {")
                        .replace(
                                L1_B,
                                L1_B + "      - name: l0\n"
                                        + "        nodes: [ { id: l0-a, address: \"http://127.0.0.1:6085\", driver: plain } ]\n"));
        await().until(() -> isConfigured("l0-a"));
        gateway.as("acme")
                .get()
                .uri("/v1/account")
                .exchange()
                .expectBody()
                .jsonPath("$.tiers.length()")
                .isEqualTo(3);
        gateway.as("acme")
                .post()
                .uri("/v1/refreshes")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"type\": \"tag\", \"domain\": \"www.example.com\", \"objects\": [\"a\"]}")
                .exchange()
                .expectStatus()
                .isEqualTo(409)
                .expectBody(String.class)
                .value(body -> assertThat(body).contains("l0-a (driver plain) cannot purge by tag"));
    }
}

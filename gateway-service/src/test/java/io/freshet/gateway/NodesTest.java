package io.freshet.gateway;

import static io.freshet.gateway.ProblemsTest.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.NodeState;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.FlushNode;
import io.freshet.contracts.message.HoldNode;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.NodeAction;
import io.freshet.contracts.message.NodeChanged;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.ReleaseNode;
import io.freshet.contracts.message.RewindNode;
import io.freshet.contracts.message.Topics;
import io.freshet.kafka.ReceivedMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.kafka.core.KafkaTemplate;

/** Nodes as workers report them, and node actions. */
class NodesTest extends GatewayOnKafka {

    /** Reports a node on all partitions. */
    private static void reportInSync(String node) {
        for (int partition = 0; partition < 3; partition++) {
            publisher
                    .publish(new NodeChanged(
                            node, partition, NodeState.IN_SYNC, true, Instant.now(), null, 0, null, null))
                    .join();
        }
    }

    private static void forgetAll(String node) {
        for (int partition = 0; partition < 3; partition++) {
            forget(node + "/" + partition);
        }
    }

    @Test
    void node_stream_sends_all_nodes_and_then_every_change() throws Exception {
        try (Events events = new Events(gateway.lines("acme", "/v1/nodes/events"))) {
            assertThat(events.next().toString()).contains("id=l2-a", "id=l1-a", "id=l1-b");
            publisher
                    .publish(new NodeChanged("l2-a", 2, NodeState.LAGGING, false, Instant.now(), "down", 1, null, null))
                    .join();
            String now = String.valueOf(events.next());
            while (!now.contains("why=down")) {
                now = String.valueOf(events.next());
            }
            publisher
                    .publish(new NodeChanged("l2-a", 2, NodeState.IN_SYNC, true, Instant.now(), null, 0, null, null))
                    .join();
            while (now.contains("why=down")) {
                now = String.valueOf(events.next());
            }
        } finally {
            forget("l2-a/2");
        }
        problem(gateway.as("other").get().uri("/v1/nodes/events").exchange(), 403, "forbidden");
    }

    @Test
    void nodes_show_worker_reports_and_lagging_node_is_not_in_sync() {
        Instant since = Instant.parse("2026-11-22T10:15:30Z");
        reportInSync("l1-a");
        Stream.of(
                        new NodeChanged("l1-b", 0, NodeState.IN_SYNC, true, since, null, 0, null, null),
                        new NodeChanged(
                                "l1-b", 1, NodeState.LAGGING, false, since.plusSeconds(1), "refused", 40, since, null),
                        new NodeChanged("l1-b", 2, NodeState.LAGGING, false, since, "first", 2, since, null),
                        new NodeChanged("gone", 0, NodeState.LAGGING, false, since, null, 0, null, null))
                .forEach(event -> publisher.publish(event).join());
        Awaitility.await()
                .untilAsserted(() -> gateway.as("acme")
                        .get()
                        .uri("/v1/nodes")
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .jsonPath("$.nodes[*].id")
                        .isEqualTo(List.of("l2-a", "l1-a", "l1-b"))
                        .jsonPath("$.nodes[*].state")
                        .isEqualTo(List.of("lagging", "in_sync", "lagging"))
                        .jsonPath("$.nodes[0].why")
                        .isEqualTo("is new: the purge-workers of the partitions [0, 1, 2] have not taken it over yet")
                        .jsonPath("$.nodes[2].why")
                        .isEqualTo("first")
                        .jsonPath("$.nodes[2].lagRecords")
                        .isEqualTo(42)
                        .jsonPath("$.nodes[2].reachable")
                        .isEqualTo(false)
                        .jsonPath("$.nodes[2].tier")
                        .isEqualTo("l1")
                        .jsonPath("$.nodes[2].lagSeconds")
                        .value(seconds ->
                                assertThat(((Number) seconds).longValue()).isPositive()));
        inSync("l2-a", 503);
        inSync("l1-a", 200);
        inSync("l1-b", 503);
        inSync("gone", 404);
        gateway.management()
                .get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectBody(String.class)
                .value(containsString("freshet_nodes{state=\"lagging\"} 2.0"));
        problem(gateway.as("acme").get().uri("/nodes/l1-b/in-sync").exchange(), 404, "not-found");
        Stream.of(1, 2)
                .forEach(partition -> publisher
                        .publish(
                                new NodeChanged("l1-b", partition, NodeState.IN_SYNC, true, since, null, 0, null, null))
                        .join());
        Awaitility.await().untilAsserted(() -> inSync("l1-b", 200));
    }

    @Test
    void node_is_unknown_when_no_worker_repeats_its_report_unless_it_was_lagging() {
        try {
            for (int partition = 0; partition < 3; partition++) {
                publisher.publish(briefly("l2-a", partition, NodeState.IN_SYNC)).join();
            }
            Awaitility.await()
                    .untilAsserted(() -> gateway.as("acme")
                            .get()
                            .uri("/v1/nodes")
                            .exchange()
                            .expectBody()
                            .jsonPath("$.nodes[0].state")
                            .isEqualTo("unknown")
                            .jsonPath("$.nodes[0].why")
                            .isEqualTo("no purge-worker has reported it on partition 1 for more than 3 s")
                            .jsonPath("$.nodes[0].since")
                            .isEqualTo("2026-11-22T10:15:40Z"));
            inSync("l2-a", 200);
            // The reports on the other partitions end a moment later.
            Awaitility.await()
                    .untilAsserted(() -> gateway.management()
                            .get()
                            .uri("/actuator/prometheus")
                            .exchange()
                            .expectBody(String.class)
                            .value(metrics -> assertThat(metrics)
                                    .contains(
                                            "freshet_node_lagging{node=\"l2-a\"} NaN",
                                            "freshet_node_lag_seconds{node=\"l2-a\"} NaN",
                                            "freshet_node_reachable{node=\"l2-a\"} NaN")
                                    .containsPattern("freshet_nodes\\{state=\"unknown\"} [1-3]\\.0")));
            publisher.publish(briefly("l2-a", 1, NodeState.LAGGING)).join();
            Awaitility.await().untilAsserted(() -> inSync("l2-a", 503));
            Awaitility.await().during(Duration.ofSeconds(4)).untilAsserted(() -> inSync("l2-a", 503));
        } finally {
            forgetAll("l2-a");
        }
    }

    /** Returns a state that counts for 3 seconds. */
    private static NodeChanged briefly(String node, int partition, NodeState state) {
        Instant since = Instant.parse("2026-11-22T10:15:30Z");
        return new NodeChanged(
                node,
                partition,
                state,
                true,
                since,
                null,
                0,
                null,
                null,
                false,
                false,
                1,
                since.plusSeconds(partition == 1 ? 10 : 11),
                Duration.ofSeconds(1));
    }

    @Test
    void backlog_of_services_that_do_not_run_is_a_metric() {
        publisher
                .publish(new RefreshCommand(
                        new TaskId(7), "acme", "www.example.com", Selector.URL, List.of(URL), false, Instant.now()))
                .join();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> gateway.management()
                        .get()
                        .uri("/actuator/prometheus")
                        .exchange()
                        .expectBody(String.class)
                        .value(metrics -> assertThat(metrics)
                                .containsPattern("freshet_consumer_lag_records\\{group=\"purge-worker\"} [1-9]")
                                .containsPattern("freshet_consumer_lag_records\\{group=\"task-service\"} [1-9]")));
    }

    @Test
    void accepted_node_action_is_published_with_the_operators_account() {
        Instant before = Instant.now().minusMillis(1);
        String hold = accepted("PUT", "l1-a/maintenance", "{\"reason\": \"new disk\"}", "hold");
        String release = accepted("DELETE", "l1-a/maintenance", "", "release");
        String rewind = accepted("POST", "l1-a/rewind", "{\"by\": \"PT10M\"}", "rewind");
        String flush = accepted("POST", "l2-a/flush", "", "flush");
        Instant rewound = Instant.parse(rewind);
        assertThat(rewound).isBetween(before, Instant.now());
        assertThat(records(Topics.NODE_ACTIONS).stream()
                        .map(record -> (Message) ReceivedMessage.read(record, NodeAction.class)))
                .containsExactly(
                        new HoldNode("l1-a", "acme", Instant.parse(hold), "new disk"),
                        new ReleaseNode("l1-a", "acme", Instant.parse(release)),
                        new RewindNode("l1-a", "acme", rewound, rewound.minusSeconds(600)),
                        new FlushNode("l2-a", "acme", Instant.parse(flush)));
    }

    /** Requests a node action and returns its time. */
    private static String accepted(String method, String path, String body, String action) {
        byte[] answer = gateway.as("acme")
                .method(HttpMethod.valueOf(method))
                .uri("/v1/nodes/" + path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isAccepted()
                .expectBody()
                .jsonPath("$.node")
                .isEqualTo(path.substring(0, 4))
                .jsonPath("$.action")
                .isEqualTo(action)
                .returnResult()
                .getResponseBody();
        return JsonMapping.mapper().readTree(answer).get("at").asString();
    }

    @Test
    void nodes_show_maintenance_and_needed_flush_and_metrics_show_lag() {
        Instant hourAgo = Instant.now().minusSeconds(3_600);
        kafkaNoise(Topics.NODE_EVENTS);
        reportInSync("l1-a");
        publisher
                .publish(new NodeChanged(
                        "l2-a", 1, NodeState.LAGGING, false, hourAgo, "held", 7, hourAgo, null, true, true))
                .join();
        Awaitility.await()
                .untilAsserted(() -> gateway.as("acme")
                        .get()
                        .uri("/v1/nodes")
                        .exchange()
                        .expectBody()
                        .jsonPath("$.nodes[0].maintenance")
                        .isEqualTo(true)
                        .jsonPath("$.nodes[0].needsFlush")
                        .isEqualTo(true)
                        .jsonPath("$.nodes[1].maintenance")
                        .isEqualTo(false)
                        .jsonPath("$.nodes[1].needsFlush")
                        .isEqualTo(false));
        gateway.management()
                .get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectBody(String.class)
                .value(metrics -> assertThat(metrics)
                        .contains(
                                "freshet_node_lag_records{node=\"l2-a\"} 7.0",
                                "freshet_node_reachable{node=\"l2-a\"} 0.0",
                                "freshet_node_lagging{node=\"l2-a\"} 1.0",
                                "freshet_node_maintenance{node=\"l2-a\"} 1.0",
                                "freshet_node_maintenance{node=\"l1-a\"} 0.0")
                        .containsPattern("freshet_node_lag_seconds\\{node=\"l2-a\"} 3[67]\\d\\d\\.0"));
        forget("l2-a/1");
        Awaitility.await()
                .untilAsserted(() -> gateway.as("acme")
                        .get()
                        .uri("/v1/nodes")
                        .exchange()
                        .expectBody()
                        .jsonPath("$.nodes[0].state")
                        .isEqualTo("lagging")
                        .jsonPath("$.nodes[0].lagRecords")
                        .isEqualTo(0));
    }

    /** Publishes unreadable records to every partition. */
    @SuppressWarnings("unchecked")
    private static void kafkaNoise(String topic) {
        KafkaTemplate<String, byte[]> kafka = gateway.context.getBean(KafkaTemplate.class);
        for (int partition = 0; partition < 3; partition++) {
            for (String noise : List.of("rubbish", "null", "[1]", "{\"node\":{}}")) {
                kafka.send(topic, partition, "noise", noise.getBytes(StandardCharsets.UTF_8))
                        .join();
                ProducerRecord<String, byte[]> typed =
                        new ProducerRecord<>(topic, partition, "noise", noise.getBytes(StandardCharsets.UTF_8));
                typed.headers().add("freshet-type", "node-changed.v1".getBytes(StandardCharsets.UTF_8));
                kafka.send(typed).join();
            }
        }
    }

    /** Deletes a report. Other tests expect none of this node. */
    @SuppressWarnings("unchecked")
    private static void forget(String key) {
        KafkaTemplate<String, byte[]> kafka = gateway.context.getBean(KafkaTemplate.class);
        kafka.send(Topics.NODE_EVENTS, key, null).join();
    }

    private static void inSync(String node, int status) {
        gateway.management()
                .get()
                .uri("/nodes/" + node + "/in-sync")
                .exchange()
                .expectStatus()
                .isEqualTo(status);
    }
}

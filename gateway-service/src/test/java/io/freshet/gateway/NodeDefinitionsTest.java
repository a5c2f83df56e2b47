package io.freshet.gateway;

import static io.freshet.gateway.ProblemsTest.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.message.NodeChanged;
import io.freshet.contracts.message.NodeDefinition;
import io.freshet.contracts.message.NodeDefinition.Source;
import io.freshet.contracts.message.Topics;
import io.freshet.gateway.ProblemsTest.Refusal;
import io.freshet.kafka.ReceivedMessage;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;

/** Nodes that operators add, change and retire while the gateway runs. */
class NodeDefinitionsTest extends GatewayOnKafka {

    /** There are workers, which know nothing of the nodes of these tests. */
    @BeforeAll
    static void report() {
        for (int partition = 0; partition < 3; partition++) {
            publisher
                    .publish(new NodeChanged(
                            "l1-a", partition, NodeState.IN_SYNC, true, Instant.now(), null, 0, null, null))
                    .join();
        }
        Awaitility.await().until(() -> inSync("l1-a") == 200 && inSync("l1-b") == 503);
    }

    private static ResponseSpec send(String account, String method, String path, String body) {
        return gateway.as(account)
                .method(HttpMethod.valueOf(method))
                .uri("/v1/nodes" + path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    private static String definition(String id, String port) {
        return """
                {"id": "%s", "tier": "l1", "address": "http://127.0.0.1:%s", "driver": "varnish"}""".formatted(id, port);
    }

    private static List<String> pointers(Refusal refusal) {
        return refusal.body()
                .at("/errors")
                .valueStream()
                .map(error -> error.get("pointer").asString())
                .toList();
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

    @Test
    void node_is_added_changed_retired_and_added_again() {
        send("acme", "POST", "", definition("l1-x", "7001"))
                .expectStatus()
                .isCreated()
                .expectBody()
                .jsonPath("$.id")
                .isEqualTo("l1-x")
                .jsonPath("$.retired")
                .isEqualTo(false)
                .jsonPath("$.by")
                .isEqualTo("acme");
        assertThat(inSync("l1-x")).as("no worker has taken it over").isEqualTo(503);
        gateway.as("acme")
                .get()
                .uri("/v1/nodes")
                .exchange()
                .expectBody()
                .jsonPath("$.nodes[?(@.id == 'l1-x')].source")
                .isEqualTo("api")
                .jsonPath("$.nodes[?(@.id == 'l1-a')].source")
                .isEqualTo("file");
        send("acme", "PUT", "/l1-x", definition("l1-x", "7002").replace("\"id\": \"l1-x\", ", ""))
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.address")
                .isEqualTo("http://127.0.0.1:7002");
        send("acme", "DELETE", "/l1-x", "")
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.retired")
                .isEqualTo(true);
        assertThat(inSync("l1-x")).isEqualTo(404);
        send("acme", "POST", "", definition("l1-x", "7003")).expectStatus().isCreated();
        assertThat(inSync("l1-x")).isEqualTo(503);
        assertThat(records(Topics.NODE_DEFINITIONS).stream()
                        .map(record -> ReceivedMessage.read(record, NodeDefinition.class))
                        .filter(each -> each.node().equals("l1-x")))
                .extracting(each -> each.address().getPort(), NodeDefinition::retired)
                .containsExactly(tuple(7001, false), tuple(7002, false), tuple(7002, true), tuple(7003, false));
        send("acme", "DELETE", "/l1-x", "").expectStatus().isOk();
    }

    @Test
    void definition_that_is_not_valid_is_refused_with_every_reason() {
        assertThat(pointers(problem(send("acme", "POST", "", """
                        {"id": "L1", "tier": "l9", "address": "ftp://x", "driver": "squid", "region": "EU"}"""), 400, "invalid-request")))
                .containsExactlyInAnyOrder("/id", "/tier", "/address", "/driver", "/region");
        assertThat(pointers(
                        problem(send("acme", "POST", "", "{\"id\": \"l1-y\", \"port\": 80}"), 400, "invalid-request")))
                .containsExactlyInAnyOrder("/tier", "/address", "/driver", "/port");
        assertThat(problem(send("acme", "POST", "", definition("l1-y", "6082")), 400, "invalid-request")
                        .text("/errors/0/detail"))
                .contains("is the address of l1-a, too");
        assertThat(inSync("l1-y")).isEqualTo(404);
    }

    @Test
    void node_of_the_file_of_dns_or_of_nobody_is_not_changed() {
        problem(send("acme", "POST", "", definition("l1-a", "7001")), 409, "node-defined-elsewhere");
        problem(send("acme", "DELETE", "/l1-a", ""), 409, "node-defined-elsewhere");
        problem(send("acme", "DELETE", "/nobody", ""), 404, "not-found");
        problem(
                send("acme", "PUT", "/nobody", definition("x", "7001").replace("\"id\": \"x\", ", "")),
                404,
                "not-found");
        publisher
                .publish(new NodeDefinition(
                        "l1-dns",
                        "l1",
                        URI.create("http://127.0.0.1:7009"),
                        "varnish",
                        null,
                        Source.DNS,
                        false,
                        "l1.example",
                        Instant.now()))
                .join();
        Awaitility.await().until(() -> inSync("l1-dns") == 503);
        assertThat(problem(send("acme", "DELETE", "/l1-dns", ""), 409, "node-defined-elsewhere")
                        .text("/detail"))
                .contains("DNS name l1.example");
    }

    @Test
    void node_that_exists_is_not_added_again() {
        send("acme", "POST", "", definition("l1-z", "7011")).expectStatus().isCreated();
        assertThat(problem(send("acme", "POST", "", definition("l1-z", "7012")), 400, "invalid-request")
                        .text("/errors/0/detail"))
                .contains("PUT /v1/nodes/l1-z");
        send("acme", "DELETE", "/l1-z", "").expectStatus().isOk();
    }

    @Test
    void account_that_is_no_operator_changes_nothing() {
        problem(send("other", "POST", "", definition("l1-o", "7021")), 403, "forbidden");
        problem(send("other", "PUT", "/l1-a", "{}"), 403, "forbidden");
        problem(send("other", "DELETE", "/l1-a", ""), 403, "forbidden");
        assertThat(inSync("l1-o")).isEqualTo(404);
    }
}

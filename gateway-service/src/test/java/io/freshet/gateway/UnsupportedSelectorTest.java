package io.freshet.gateway;

import static io.freshet.gateway.ProblemsTest.post;
import static io.freshet.gateway.ProblemsTest.problem;
import static io.freshet.gateway.ProblemsTest.refresh;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;

/** Requests for what the driver of a node cannot do, to a gateway whose fleet has an nginx. */
class UnsupportedSelectorTest {

    private static final String REASON =
            "l1-a (driver nginx) cannot purge by regex. Use a type that every node can purge by: url.";
    private static final String EXPRESSION = refresh("regex", "https://www.example.com/.*");

    private static TaskServiceContract taskService;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        taskService = new TaskServiceContract();
        gateway = Gateway.start(
                "localhost:1",
                taskService.url(),
                Map.of(
                        "freshet.fleet.drivers.nginx.type", "http",
                        "freshet.fleet.tiers[0].name", "l1",
                        "freshet.fleet.tiers[0].nodes[0].id", "l1-a",
                        "freshet.fleet.tiers[0].nodes[0].address", "http://127.0.0.1:6082",
                        "freshet.fleet.tiers[0].nodes[0].driver", "nginx"));
    }

    @AfterEach
    void reset() {
        assertThat(taskService.admissions).isEmpty();
        assertThat(taskService.batches.opened).isEmpty();
        taskService.reset();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        taskService.close();
    }

    @Test
    void request_is_refused_with_the_node_its_driver_and_the_way_out() {
        assertThat(problem(post(gateway.as("acme"), EXPRESSION), 409, "unsupported-by-nodes")
                        .text("/detail"))
                .isEqualTo(REASON);
    }

    @Test
    void tag_and_everything_are_refused_like_any_type_that_the_driver_cannot_do() {
        for (String body : List.of("{\"type\": \"tag\", \"objects\": [\"a\"]}", "{\"type\": \"everything\"}")) {
            assertThat(problem(post(gateway.as("acme"), body), 409, "unsupported-by-nodes")
                            .text("/detail"))
                    .contains("l1-a (driver nginx) cannot purge by");
        }
    }

    @Test
    void check_shows_the_reason_as_an_error_of_the_whole_request() {
        gateway.as("acme")
                .post()
                .uri("/v1/refreshes/check")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(EXPRESSION)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.acceptable")
                .isEqualTo(false)
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/type")
                .jsonPath("$.errors[0].detail")
                .isEqualTo(REASON);
    }

    @Test
    void batch_is_refused_before_it_is_opened() {
        assertThat(problem(
                                gateway.as("acme")
                                        .post()
                                        .uri("/v1/batches?kind=refresh&type=regex")
                                        .contentType(MediaType.TEXT_PLAIN)
                                        .bodyValue("https://www.example.com/.*")
                                        .exchange(),
                                409,
                                "unsupported-by-nodes")
                        .text("/detail"))
                .isEqualTo(REASON);
    }

    @Test
    void aliyun_client_gets_the_code_of_an_unsupported_type() {
        try (AliyunClient acme = new AliyunClient(gateway.aliyunPort(), "acme-key", "acme-secret-for-tests")) {
            AliyunClient.Answer answer = acme.call(
                    "RefreshObjectCaches", Map.of("ObjectPath", "https://www.example.com/.*", "ObjectType", "Regex"));
            assertThat(answer.code()).isEqualTo("InvalidObjectType.ValueNotSupported");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text("Message")).isEqualTo(REASON);
        }
    }
}

package io.freshet.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.Selector;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import org.springframework.web.reactive.function.BodyInserters;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Every error is a problem. The gateway runs without Kafka and with a stub of task-service. */
@ExtendWith(OutputCaptureExtension.class)
class ProblemsTest {

    private static final String URL_REFRESH = refresh("url", "https://www.example.com/a");

    private static final List<String> TYPES =
            Stream.of(Selector.values()).map(Selector::toString).toList();

    private static TaskServiceContract taskService;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        taskService = new TaskServiceContract();
        gateway = Gateway.start(
                "localhost:1",
                taskService.url(),
                Map.of(
                        "freshet.gateway.task-service.admission-timeout", "60s",
                        "spring.kafka.producer.properties.max.block.ms", "300",
                        "freshet.gateway.live.max-streams", "2",
                        "freshet.gateway.live.max-streams-per-account", "1"));
    }

    @AfterEach
    void reset() {
        taskService.reset();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        taskService.close();
    }

    @Test
    void missing_malformed_and_unknown_tokens_get_different_challenges() {
        Refusal without = problem(post(gateway.withoutToken(), URL_REFRESH), 401, "unauthorized");
        assertThat(without.headers().getFirst("WWW-Authenticate")).isEqualTo("Bearer realm=\"freshet\"");
        for (String authorization : List.of("Basic YTpi", "Bearer", "Bearer a b", "acme-token")) {
            problem(
                    gateway.withoutToken()
                            .get()
                            .uri("/v1/tasks")
                            .header("Authorization", authorization)
                            .exchange(),
                    401,
                    "unauthorized");
        }
        Refusal wrong = problem(post(gateway.as("nobody"), URL_REFRESH), 401, "unauthorized");
        assertThat(wrong.headers().getFirst("WWW-Authenticate")).contains("invalid_token");
        assertThat(taskService.admissions).isEmpty();
    }

    @Test
    void json_web_token_without_an_issuer_is_refused_with_the_setting() {
        Refusal refusal = problem(post(gateway.as("a.b.c"), URL_REFRESH), 401, "unauthorized");
        assertThat(refusal.headers().getFirst("WWW-Authenticate")).contains("invalid_token");
        assertThat(refusal.text("/detail")).contains("accepts no JSON Web Tokens", "freshet.gateway.jwt.issuer-uri");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/v1", "/v1/", "/v1/nothing", "/%761/tasks", "/v1;a=b/tasks", "/v1/tasks/events", "/v1/nodes"})
    void every_path_under_v1_requires_a_token_in_any_encoding(String path) {
        problem(
                gateway.withoutToken()
                        .get()
                        .uri(java.net.URI.create("http://localhost:" + gateway.port() + path))
                        .exchange(),
                401,
                "unauthorized");
    }

    @Test
    void nodes_are_visible_to_operators_only() {
        problem(gateway.as("other").get().uri("/v1/nodes").exchange(), 403, "forbidden");
    }

    @ParameterizedTest
    @CsvSource({"PUT,maintenance", "DELETE,maintenance", "POST,rewind", "POST,flush"})
    void node_action_requires_an_operator_and_a_known_node(String method, String what) {
        problem(nodeAction("other", method, "l1-a/" + what, ""), 403, "forbidden");
        problem(nodeAction("acme", method, "l9-z/" + what, ""), 404, "not-found");
        problem(nodeAction("acme", method, "l1-a/" + what + "?sure=yes", ""), 400, "invalid-request");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            quoteCharacter = '§',
            value = {
                "PUT maintenance {} -> /reason is missing",
                "PUT maintenance {\"reason\":7} -> /reason is a number, not a string",
                "PUT maintenance {\"reason\":\" \"} -> /reason must be 1 to 200 characters without control characters",
                "PUT maintenance {\"reason\":\"a\\nb\"} -> /reason must be 1 to 200 characters without control "
                        + "characters",
                "PUT maintenance {\"reason\":\"x\",\"until\":\"x\"} -> /until is an unknown field",
                "PUT maintenance [] -> the body is an array, not an object",
                "POST rewind {} -> /by is missing",
                "POST rewind {\"by\":\"10m\"} -> /by must be a positive duration such as PT10M",
                "POST rewind {\"by\":\"PT0S\"} -> /by must be a positive duration such as PT10M",
                "POST rewind {\"by\":\"-PT1S\"} -> /by must be a positive duration such as PT10M",
                "POST rewind {\"by\":\"PT168H1S\"} -> /by is more than PT168H, the retention of commands",
                "POST flush {} -> the body must be empty",
                "DELETE maintenance {} -> the body must be empty",
            })
    void invalid_node_action_is_refused_with_place_and_reason(String action, String detail) {
        String[] parts = action.split(" ", 3);
        assertThat(problem(nodeAction("acme", parts[0], "l1-a/" + parts[1], parts[2]), 400, "invalid-request")
                        .text("/detail"))
                .isEqualTo(detail);
    }

    @Test
    void node_action_without_acknowledgement_gets_503_and_retry_after() {
        Refusal refusal = problem(nodeAction("acme", "POST", "l1-a/flush", ""), 503, "unavailable");
        assertThat(refusal.headers().getFirst("Retry-After")).isEqualTo("5");
        assertThat(refusal.text("/detail")).contains("It may still be executed");
    }

    private static ResponseSpec nodeAction(String account, String method, String path, String body) {
        return gateway.as(account)
                .method(HttpMethod.valueOf(method))
                .uri("/v1/nodes/" + path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    @Test
    void invalid_request_lists_its_entries_and_charges_nothing() {
        Refusal foreign = problem(
                post(gateway.as("acme"), refresh("url", "https://www.example.com/a", "https://foreign.example/a")),
                400,
                "invalid-request");
        assertThat(foreign.body().at("/errors").size()).isEqualTo(1);
        assertThat(foreign.text("/errors/0/pointer")).isEqualTo("/objects/1");
        assertThat(foreign.text("/errors/0/detail")).contains("foreign.example");
        for (String body : List.of(
                refresh("url", "ftp://www.example.com/a"),
                refresh("directory", "https://www.example.com/a"),
                refresh(
                        "url",
                        IntStream.range(0, 1_001)
                                .mapToObj(i -> "https://www.example.com/" + i)
                                .toArray(String[]::new)),
                "{\"type\": \"url\", \"objects\": [",
                "",
                "[]")) {
            assertThat(problem(post(gateway.as("acme"), body), 400, "invalid-request")
                            .body()
                            .at("/errors/0")
                            .has("pointer"))
                    .isTrue();
        }
        assertThat(taskService.admissions).isEmpty();
    }

    @Test
    void malformed_json_is_refused_with_its_position() {
        assertThat(problem(
                                post(gateway.as("acme"), "{\"type\": \"url\",\n  \"objects\": nothing}"),
                                400,
                                "invalid-request")
                        .text("/detail"))
                .contains("line 2");
    }

    @Test
    void too_large_body_is_refused_with_and_without_content_length() {
        byte[] large = new byte[2_000_000];
        problem(
                gateway.as("acme")
                        .post()
                        .uri("/v1/refreshes")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(large)
                        .exchange(),
                413,
                "too-large");
        problem(
                gateway.as("acme")
                        .post()
                        .uri("/v1/refreshes")
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(
                                Flux.range(0, 200).map(_ -> new String(new char[10_000]).replace('\0', ' ')),
                                String.class)
                        .exchange(),
                413,
                "too-large");
    }

    @Test
    void unknown_path_task_or_method_is_a_problem() {
        problem(gateway.as("acme").get().uri("/v1/nothing").exchange(), 404, "not-found");
        problem(gateway.withoutToken().get().uri("/nothing").exchange(), 404, "not-found");
        problem(gateway.as("acme").get().uri("/v1/tasks/12345").exchange(), 404, "not-found");
        problem(gateway.as("acme").get().uri("/v1/tasks/no-number").exchange(), 404, "not-found");
        problem(gateway.as("acme").get().uri("/v1/tasks/12345/objects").exchange(), 404, "not-found");
        problem(gateway.as("acme").get().uri("/v1/tasks/12345/events").exchange(), 404, "not-found");
        Refusal get = problem(gateway.as("acme").get().uri("/v1/refreshes").exchange(), 405, "method-not-allowed");
        assertThat(get.headers().getFirst("Allow")).isEqualTo("POST");
        problem(gateway.as("acme").method(HttpMethod.DELETE).uri("/v1/tasks").exchange(), 405, "method-not-allowed");
    }

    @Test
    void unsupported_media_type_is_a_problem() {
        problem(
                gateway.as("acme")
                        .get()
                        .uri("/v1/tasks")
                        .accept(MediaType.TEXT_HTML)
                        .exchange(),
                406,
                "not-acceptable");
        Refusal plain = problem(
                gateway.as("acme")
                        .post()
                        .uri("/v1/refreshes")
                        .contentType(MediaType.TEXT_PLAIN)
                        .bodyValue(URL_REFRESH)
                        .exchange(),
                415,
                "unsupported-media-type");
        assertThat(plain.body().at("/detail").asString())
                .startsWith("Content-Type text/plain")
                .endsWith("is not supported; supported are application/json.");
        Refusal missing = problem(
                gateway.as("acme")
                        .post()
                        .uri("/v1/refreshes")
                        .body(BodyInserters.fromDataBuffers(
                                Mono.just(DefaultDataBufferFactory.sharedInstance.wrap(URL_REFRESH.getBytes(UTF_8)))))
                        .exchange(),
                415,
                "unsupported-media-type");
        assertThat(missing.body().at("/detail").asString())
                .isEqualTo("Content-Type is missing; supported are application/json.");
    }

    @Test
    void invalid_query_does_not_reach_task_service() {
        Refusal refusal = problem(
                gateway.as("acme")
                        .get()
                        .uri("/v1/tasks?status=done&limit=0&colour=red")
                        .exchange(),
                400,
                "invalid-request");
        assertThat(refusal.body()
                        .at("/errors")
                        .valueStream()
                        .map(error -> error.at("/parameter").asString()))
                .containsExactly("status", "limit", "colour");
        problem(gateway.as("acme").get().uri("/v1/quotas?x=1").exchange(), 400, "invalid-request");
        problem(
                gateway.as("acme")
                        .post()
                        .uri("/v1/refreshes?soft=true")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(URL_REFRESH)
                        .exchange(),
                400,
                "invalid-request");
        assertThat(taskService.queries).isEmpty();
    }

    @Test
    void invalid_idempotency_key_is_refused() {
        for (String key : List.of("a b", "k".repeat(256), "é")) {
            WebTestClient client = gateway.as("acme")
                    .mutate()
                    .defaultHeader("Idempotency-Key", key)
                    .build();
            assertThat(problem(post(client, URL_REFRESH), 400, "invalid-request")
                            .text("/errors/0/header"))
                    .isEqualTo("Idempotency-Key");
        }
    }

    @Test
    void request_that_netty_cannot_decode_is_a_problem() throws Exception {
        assertThat(raw("GET /v1/tasks?object=" + "a".repeat(32_800) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 414 ")
                .contains("application/problem+json", "urn:freshet:problem:uri-too-long");
        assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(8_300) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ")
                .contains("urn:freshet:problem:headers-too-large");
        assertThat(raw("GET / NOTHTTP\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("urn:freshet:problem:invalid-request");
    }

    @Test
    void query_for_the_longest_object_fits_into_a_request_line() {
        gateway.as("acme")
                .get()
                .uri("/v1/tasks?object={object}", "https://www.example.com/" + "é".repeat(160))
                .exchange()
                .expectStatus()
                .isOk();
    }

    @Test
    void request_without_acknowledgement_gets_503_and_may_be_retried() {
        Refusal refusal = problem(post(gateway.as("acme"), URL_REFRESH), 503, "unavailable");
        assertThat(refusal.headers().getFirst("Retry-After")).isEqualTo("5");
        assertThat(refusal.text("/detail")).contains("Idempotency-Key");
        assertThat(taskService.admissions).as("it was admitted all the same").hasSize(1);
    }

    @Test
    void stream_beyond_the_limit_is_refused() throws Exception {
        try (Stream<String> first = gateway.lines("acme", "/v1/tasks/events")) {
            assertThat(first.findFirst()).isPresent();
            Refusal refused =
                    problem(gateway.as("acme").get().uri("/v1/tasks/events").exchange(), 429, "too-much-in-progress");
            assertThat(refused.headers().getFirst("Retry-After")).isNotNull();
            try (Stream<String> ofAnother = gateway.lines("other", "/v1/tasks/events")) {
                assertThat(ofAnother.findFirst()).isPresent();
                problem(gateway.as("busy").get().uri("/v1/tasks/events").exchange(), 503, "unavailable");
            }
        }
    }

    @Test
    void waiting_requests_do_not_block_others() {
        CountDownLatch release = new CountDownLatch(1);
        taskService.admission =
                TaskServiceContract.hangUntil(release, _ -> new TaskServiceContract.Answer(409, Map.of()));
        int waiting = 64; // more than there are event loops
        Mono<List<Integer>> statuses = Flux.range(0, waiting)
                .flatMap(
                        _ -> Mono.fromSupplier(() -> post(gateway.as("acme"), URL_REFRESH)
                                        .returnResult(String.class)
                                        .getStatus()
                                        .value())
                                .subscribeOn(reactor.core.scheduler.Schedulers.boundedElastic()),
                        waiting)
                .collectList();
        var answered = statuses.toFuture();
        // The first request has reached task-service; the others wait for its response.
        Awaitility.await().until(() -> !taskService.admissions.isEmpty());
        gateway.as("acme").get().uri("/v1/nodes").exchange().expectStatus().isOk();
        assertThat(answered).isNotDone();
        release.countDown();
        assertThat(answered.join()).hasSize(waiting).containsOnly(503);
    }

    @Test
    void internal_error_is_logged_once_with_the_instance_of_the_problem(CapturedOutput output) {
        taskService.quotas = _ -> new TaskServiceContract.Answer(200, List.of(Map.of("used", 1)));
        String instance = problem(gateway.as("acme").get().uri("/v1/quotas").exchange(), 500, "internal")
                .text("/instance");
        String id = instance.substring("urn:freshet:request:".length());
        assertThat(output.getAll().split("request " + java.util.regex.Pattern.quote(id) + " failed", -1))
                .hasSize(2);
    }

    @Test
    void token_is_never_logged(CapturedOutput output) throws Exception {
        post(gateway.as("acme"), URL_REFRESH);
        post(gateway.as("unknown"), URL_REFRESH);
        post(gateway.as("acme"), "{");
        raw("GET / HTTP/1.1\r\nAuthorization: Bearer acme-token\r\nX: " + "a".repeat(8_300) + "\r\n\r\n");
        raw("GET / HTTP/1.1\r\nAuthorization: Bearer acme-token\r\nBroken header\r\n\r\n");
        raw("GET /v1/tasks?object=" + "a".repeat(32_800) + " HTTP/1.1\r\nAuthorization: Bearer acme-token\r\n\r\n");
        assertThat(output.getAll()).doesNotContain("acme-token", "unknown-token");
    }

    @Test
    void gateway_is_ready_without_kafka() {
        gateway.management()
                .get()
                .uri("/actuator/health/readiness")
                .exchange()
                .expectStatus()
                .isOk();
        gateway.management()
                .get()
                .uri("/actuator/health/liveness")
                .exchange()
                .expectStatus()
                .isOk();
    }

    @Test
    void openapi_document_is_public_and_complete() {
        gateway.withoutToken()
                .get()
                .uri("/openapi.json")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.paths.keys()")
                .value(paths -> assertThat(
                                ((java.util.Collection<?>) paths).stream().map(String::valueOf))
                        .containsExactlyInAnyOrder(
                                "/v1/account",
                                "/v1/refreshes",
                                "/v1/refreshes/check",
                                "/v1/pushes",
                                "/v1/pushes/check",
                                "/v1/tasks",
                                "/v1/tasks.csv",
                                "/v1/tasks/{taskId}",
                                "/v1/tasks/{taskId}/objects",
                                "/v1/tasks/{taskId}/objects.csv",
                                "/v1/tasks/{taskId}/events",
                                "/v1/tasks/{taskId}/repeat",
                                "/v1/tasks/{taskId}/retry",
                                "/v1/tasks/{taskId}/cancel",
                                "/v1/batches",
                                "/v1/batches/{batchId}",
                                "/v1/batches/{batchId}/cancel",
                                "/v1/batches/{batchId}/errors",
                                "/v1/batches/{batchId}/errors.csv",
                                "/v1/tasks/events",
                                "/v1/quotas",
                                "/v1/inspect",
                                "/v1/audit",
                                "/v1/nodes",
                                "/v1/nodes/events",
                                "/v1/nodes/{id}/maintenance",
                                "/v1/nodes/{id}/rewind",
                                "/v1/nodes/{id}/flush"))
                .jsonPath("$.paths['/v1/nodes/{id}/maintenance'].put.responses.keys()")
                .value(statuses -> assertThat((java.util.Collection<String>) statuses)
                        .contains("202", "400", "403", "404", "413", "415", "429", "503")
                        .doesNotContain("200", "409"))
                .jsonPath("$.paths['/v1/nodes/{id}/flush'].post.parameters[*].name")
                .isEqualTo(List.of("id"))
                .jsonPath("$.paths['/v1/refreshes'].post.responses['202']")
                .exists()
                .jsonPath("$.paths['/v1/refreshes'].post.responses['429'].content['application/problem+json']"
                        + ".examples.quota_exceeded")
                .exists()
                .jsonPath("$.paths['/v1/refreshes'].post.requestBody.content['application/json'].schema['$ref']")
                .isEqualTo("#/components/schemas/RefreshRequest")
                .jsonPath("$.components.schemas.Problem.properties.errors")
                .exists()
                .jsonPath("$.components.schemas.RefreshRequest.properties.type.enum")
                .isEqualTo(TYPES)
                .jsonPath("$.components.schemas.TaskView.properties.type.enum")
                .isEqualTo(TYPES)
                .jsonPath("$.paths['/v1/tasks'].get.parameters[?(@.name == 'type')].schema.enum[*]")
                .isEqualTo(TYPES)
                .jsonPath("$.paths['/v1/batches'].post.parameters[?(@.name == 'type')].schema.enum[*]")
                .isEqualTo(TYPES.subList(0, TYPES.size() - 1)) // everything has no lines
                .jsonPath("$.paths['/v1/refreshes'].post.responses['409'].content['application/problem+json']"
                        + ".examples.unsupported_by_nodes")
                .exists()
                .jsonPath("$.components.schemas.ThenPush.properties.keys()")
                .value(fields -> assertThat(
                                ((java.util.Collection<?>) fields).stream().map(String::valueOf))
                        .containsExactlyInAnyOrder("tier", "headers", "objects"))
                .jsonPath("$.paths['/v1/tasks.csv'].get.parameters[*].name")
                .isEqualTo(List.of("kind", "type", "status", "domain", "object", "from", "to", "batchId"))
                .jsonPath("$.components.schemas.ObjectView.properties.outcomes")
                .exists()
                .jsonPath("$.components.schemas.ObjectOutcomes.properties.keys()")
                .value(fields -> assertThat(
                                ((java.util.Collection<?>) fields).stream().map(String::valueOf))
                        .containsExactlyInAnyOrder("purged", "absent", "banned", "refused", "verified"))
                .jsonPath("$.paths['/v1/tasks/{taskId}/repeat'].post.responses['409']")
                .exists()
                .jsonPath("$.components.schemas.AcceptedThenPush.properties.taskId.type")
                .isEqualTo("string")
                .jsonPath("$.components.schemas.AcceptedTask.properties.thenPush")
                .exists();
    }

    static String refresh(String type, String... objects) {
        return "{\"type\": \"" + type + "\", \"objects\": "
                + Stream.of(objects).collect(Collectors.joining("\",\"", "[\"", "\"]")) + "}";
    }

    static ResponseSpec post(WebTestClient client, String body) {
        return client.post()
                .uri("/v1/refreshes")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    /** The response to a refused request. */
    record Refusal(HttpHeaders headers, JsonNode body) {

        String text(String pointer) {
            return body.at(pointer).asString();
        }
    }

    static Refusal problem(ResponseSpec answer, int status, String type) {
        EntityExchangeResult<byte[]> result = answer.expectBody().returnResult();
        assertThat(result.getStatus().value()).isEqualTo(status);
        assertThat(result.getResponseHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
        Refusal refusal = new Refusal(
                result.getResponseHeaders(), JsonMapping.mapper().readTree(requireNonNull(result.getResponseBody())));
        assertThat(refusal.text("/type")).isEqualTo("urn:freshet:problem:" + type);
        assertThat(refusal.text("/title")).isNotEmpty();
        assertThat(refusal.text("/detail")).isNotEmpty();
        assertThat(refusal.body().at("/status").asInt()).isEqualTo(status);
        return refusal;
    }

    private static String raw(String request) throws Exception {
        try (Socket socket = new Socket("localhost", gateway.port())) {
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

package io.freshet.gateway;

import static io.freshet.gateway.ProblemsTest.post;
import static io.freshet.gateway.ProblemsTest.problem;
import static io.freshet.gateway.ProblemsTest.refresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.message.ChildScope;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.message.Topics;
import io.freshet.contracts.task.TaskOptions;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.gateway.ProblemsTest.Refusal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;

/** Tokens that expire, and tokens that are limited to scopes or domains. */
class TokenLimitsTest extends GatewayOnKafka {

    private static final String IMAGE = "https://a.img.example.com/a";
    private static final List<String> SCOPES = List.of("read", "refresh", "push", "operate");

    /** Scopes of endpoints that are not queries; each suffices. */
    private static final Map<String, String> SCOPES_OF_CHANGES = Map.ofEntries(
            Map.entry("POST /v1/refreshes", "refresh"),
            Map.entry("POST /v1/refreshes/check", "refresh"),
            Map.entry("POST /v1/pushes", "push"),
            Map.entry("POST /v1/pushes/check", "push"),
            Map.entry("POST /v1/batches", "refresh push"),
            Map.entry("POST /v1/batches/{batchId}/cancel", "refresh push"),
            Map.entry("POST /v1/tasks/{taskId}/cancel", "refresh push"),
            Map.entry("POST /v1/tasks/{taskId}/repeat", "refresh push"),
            Map.entry("POST /v1/tasks/{taskId}/retry", "refresh push"),
            Map.entry("PUT /v1/nodes/{id}/maintenance", "operate"),
            Map.entry("DELETE /v1/nodes/{id}/maintenance", "operate"),
            Map.entry("POST /v1/nodes/{id}/rewind", "operate"),
            Map.entry("POST /v1/nodes/{id}/flush", "operate"));

    @Test
    void every_endpoint_needs_its_scope_and_no_other() throws Exception {
        Map<String, String> expected = new TreeMap<>();
        Map<String, String> found = new TreeMap<>();
        for (String endpoint : endpoints()) {
            expected.put(endpoint, endpoint.startsWith("GET ") ? "read" : SCOPES_OF_CHANGES.get(endpoint));
            found.put(
                    endpoint,
                    SCOPES.stream()
                            .filter(scope -> !isRefusedByScope(endpoint, scope))
                            .collect(Collectors.joining(" ")));
        }
        assertThat(found).hasSizeGreaterThan(25).isEqualTo(expected);
    }

    /** Returns each handler under /v1 as its method and path. */
    private static List<String> endpoints() {
        return gateway
                .context
                .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .keySet()
                .stream()
                .flatMap(mapping -> mapping.getPatternsCondition().getPatterns().stream()
                        .map(Object::toString)
                        .filter(path -> path.startsWith("/v1"))
                        .flatMap(path -> mapping.getMethodsCondition().getMethods().stream()
                                .map(method -> method + " " + path)))
                .toList();
    }

    private static boolean isRefusedByScope(String endpoint, String scope) {
        String[] parts = endpoint.split(" ");
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + gateway.port() + parts[1].replaceAll("\\{\\w+}", "7")))
                .method(parts[0], HttpRequest.BodyPublishers.ofString("{}"))
                .header("Authorization", "Bearer acme-" + scope + "-token")
                .header("Content-Type", "application/json")
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<java.io.InputStream> answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (var body = answer.body()) {
                // A stream of events has no end.
                String text = answer.statusCode() == 200 ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
                assertThat(text).as(endpoint).doesNotContain("No endpoint");
                return text.contains("insufficient-scope");
            }
        } catch (Exception e) {
            throw new AssertionError(endpoint, e);
        }
    }

    @Test
    void token_of_scope_read_reads_and_cannot_refresh() {
        gateway.as("acme-read").get().uri("/v1/tasks").exchange().expectStatus().isOk();
        Refusal refusal = problem(post(gateway.as("acme-read"), refresh("url", URL)), 403, "insufficient-scope");
        assertThat(refusal.headers().getFirst("WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"freshet\", error=\"insufficient_scope\", scope=\"refresh\"");
        assertThat(refusal.text("/detail"))
                .isEqualTo("The request needs a token with the scope refresh; this one has read.");
        assertThat(taskService.admissions).isEmpty();
    }

    @Test
    void token_of_scope_refresh_refreshes_without_a_push_only() {
        accepted(post(gateway.as("acme-refresh"), refresh("url", URL)));
        int admitted = taskService.admissions.size();
        Refusal refusal = problem(
                post(gateway.as("acme-refresh"), THEN_PUSH.formatted('"' + URL + '"')), 403, "insufficient-scope");
        assertThat(refusal.headers().getFirst("WWW-Authenticate")).endsWith("scope=\"push\"");
        assertThat(taskService.admissions).hasSize(admitted);
        problem(push(gateway.as("acme-refresh"), "{\"objects\": [\"" + URL + "\"]}"), 403, "insufficient-scope");
    }

    @ParameterizedTest
    @CsvSource({"refresh,push", "push,refresh"})
    void batch_needs_the_scope_of_its_kind(String scope, String kind) {
        problem(batch("acme-" + scope, kind, URL), 403, "insufficient-scope");
    }

    private static ResponseSpec batch(String account, String kind, String lines) {
        return gateway.as(account)
                .post()
                .uri("/v1/batches?kind=" + kind)
                .contentType(MediaType.TEXT_PLAIN)
                .bodyValue(lines)
                .exchange();
    }

    @Test
    void repetition_needs_the_scope_of_the_stored_task() {
        taskService.tasks.put("acme", List.of(stored(9_001, "www.example.com")));
        taskService.objects = List.of(URL);
        problem(repeat("acme-push", 9_001), 403, "insufficient-scope");
        assertThat(taskService.admissions).isEmpty();
        accepted(repeat("acme-refresh", 9_001));
    }

    private static ResponseSpec repeat(String account, long task) {
        return gateway.as(account).post().uri("/v1/tasks/" + task + "/repeat").exchange();
    }

    @Test
    void task_may_be_cancelled_by_a_token_of_either_scope() {
        taskService.tasks.put("acme", List.of(view(9_002, TaskStatus.RUNNING, 40)));
        for (String scope : List.of("refresh", "push")) {
            cancel("acme-" + scope, 9_002).expectStatus().isAccepted();
        }
        problem(cancel("acme-read", 9_002), 403, "insufficient-scope");
    }

    private static ResponseSpec cancel(String account, long id) {
        return gateway.as(account).post().uri("/v1/tasks/" + id + "/cancel").exchange();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/tasks", "/v1/account", "/v1/nodes", "/v1/tasks/events", "/v1/nothing"})
    void expired_token_can_do_nothing_and_is_told_when_it_expired(String path) {
        Refusal refusal = problem(gateway.as("acme-expired").get().uri(path).exchange(), 401, "unauthorized");
        assertThat(refusal.headers().getFirst("WWW-Authenticate")).contains("error=\"invalid_token\"");
        assertThat(refusal.text("/detail"))
                .isEqualTo("The token expired at 2020-01-01T00:00:00Z. Use a new one.")
                .doesNotContain("acme");
    }

    @Test
    void limited_token_is_not_let_through_to_unknown_endpoints() {
        problem(gateway.as("acme-read").post().uri("/v1/nothing").exchange(), 404, "not-found");
    }

    @Test
    void account_shows_what_its_token_allows() {
        account("acme-read")
                .jsonPath("$.scopes")
                .isEqualTo(List.of("read"))
                .jsonPath("$.operator")
                .isEqualTo(true);
        account("acme-www").jsonPath("$.domains").isEqualTo(List.of("www.example.com"));
        account("acme").jsonPath("$.scopes").isEqualTo(List.of("operate", "push", "read", "refresh"));
    }

    private static org.springframework.test.web.reactive.server.WebTestClient.BodyContentSpec account(String account) {
        return gateway.as(account)
                .get()
                .uri("/v1/account")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody();
    }

    @Test
    void token_of_a_domain_cannot_refresh_or_push_another_one() {
        accepted(post(gateway.as("acme-www"), refresh("url", URL)));
        int admitted = taskService.admissions.size();
        Refusal refusal = problem(post(gateway.as("acme-www"), refresh("url", URL, IMAGE)), 403, "domain-not-allowed");
        assertThat(refusal.body().at("/errors").size()).isEqualTo(1);
        assertThat(refusal.text("/errors/0/pointer")).isEqualTo("/objects/1");
        assertThat(refusal.text("/errors/0/detail"))
                .isEqualTo("is of a.img.example.com, a domain of the account that the token does not allow");
        problem(push(gateway.as("acme-www"), "{\"objects\": [\"" + IMAGE + "\"]}"), 403, "domain-not-allowed");
        problem(
                post(gateway.as("acme-www"), "{\"type\": \"everything\", \"domain\": \"*.img.example.com\"}"),
                403,
                "domain-not-allowed");
        problem(gateway.as("acme-www").get().uri("/v1/inspect?url=" + IMAGE).exchange(), 403, "domain-not-allowed");
        problem(post(gateway.as("acme-www"), refresh("url", "https://foreign.test/a")), 400, "invalid-request");
        assertThat(taskService.admissions).hasSize(admitted);
    }

    @Test
    void refresh_of_all_domains_is_of_the_tokens_domains() {
        Accepted accepted = accepted(post(gateway.as("acme-www"), "{\"type\": \"everything\"}"));
        assertThat(accepted.tasks()).extracting(Task::domain).containsExactly("www.example.com");
    }

    @Test
    void manifest_leads_to_no_domain_that_the_token_does_not_allow() {
        String task = accepted(push(
                        gateway.as("acme-www"),
                        "{\"objects\": [\"https://www.example.com/a.m3u8\"], \"children\": true,"
                                + " \"redirects\": \"follow\"}"))
                .tasks()
                .getFirst()
                .taskId();
        PushCommand command = (PushCommand) commandOf(task);
        assertThat(command.children())
                .isNotNull()
                .extracting(ChildScope::domains)
                .isEqualTo(List.of("www.example.com"));
        assertThat(command.domains()).containsExactly("www.example.com");
    }

    @Test
    void task_of_another_domain_can_be_neither_read_nor_cancelled_nor_repeated() {
        taskService.tasks.put("acme", List.of(stored(9_003, "www.example.com"), stored(9_004, "*.img.example.com")));
        taskService.objects = List.of(IMAGE);
        for (String path : List.of("", "/objects", "/objects.csv", "/events")) {
            problem(gateway.as("acme-www").get().uri("/v1/tasks/9004" + path).exchange(), 403, "domain-not-allowed");
        }
        problem(cancel("acme-www", 9_004), 403, "domain-not-allowed");
        problem(repeat("acme-www", 9_004), 403, "domain-not-allowed");
        gateway.as("acme-www")
                .get()
                .uri("/v1/tasks/9003/objects")
                .exchange()
                .expectStatus()
                .isOk();
        assertThat(records(Topics.TASK_CANCELLATIONS))
                .extracting(ConsumerRecord::key)
                .doesNotContain("9004");
    }

    @Test
    void listing_asks_the_task_store_for_the_tokens_domains_only() {
        for (String path : List.of("/v1/tasks", "/v1/tasks.csv")) {
            taskService.queries.clear();
            gateway.as("acme-img").get().uri(path).exchange().expectStatus().isOk();
            assertThat(taskService.queries).singleElement().asString().contains("domains=%2A.img.example.com");
        }
        taskService.queries.clear();
        gateway.as("acme").get().uri("/v1/tasks").exchange().expectStatus().isOk();
        assertThat(taskService.queries).singleElement().asString().doesNotContain("domains=");
    }

    @Test
    void stream_of_all_tasks_leaves_out_those_of_other_domains() throws Exception {
        taskService.tasks.put("acme", List.of(stored(9_005, "*.img.example.com"), stored(9_006, "www.example.com")));
        try (Events events = new Events(gateway.lines("acme-www", "/v1/tasks/events"))) {
            assertThat(String.valueOf(events.next())).contains("9006");
            publisher
                    .publish(progressed("acme", 9_005, new TaskTotals(1, 0, 0, 1, 3), "l1-b"))
                    .join();
            publisher
                    .publish(progressed("acme", 9_006, new TaskTotals(1, 0, 0, 1, 3), "l1-b"))
                    .join();
            assertThat(String.valueOf(events.next())).contains("9006");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/v1/audit",
        "GET,/v1/batches",
        "GET,/v1/batches/7",
        "GET,/v1/batches/7/errors.csv",
        "POST,/v1/batches/7/cancel",
        "POST,/v1/nodes/l1-a/flush",
        "PUT,/v1/nodes/l1-a/maintenance"
    })
    void endpoint_of_all_domains_needs_a_token_without_domains(String method, String path) {
        problem(
                gateway.as("acme-www")
                        .method(org.springframework.http.HttpMethod.valueOf(method))
                        .uri(path)
                        .exchange(),
                403,
                "domain-not-allowed");
    }

    @Test
    void push_by_a_token_of_scope_push_is_accepted() {
        Command command = commandOf(accepted(push(gateway.as("acme-push"), "{\"objects\": [\"" + URL + "\"]}"))
                .tasks()
                .getFirst()
                .taskId());
        assertThat(command).isInstanceOf(PushCommand.class);
        assertThat(Stream.of(command.account())).containsExactly("acme");
    }

    private static TaskView stored(long id, String domain) {
        return new TaskView(
                new TaskId(id),
                TaskKind.REFRESH,
                Selector.URL,
                domain,
                TaskStatus.RUNNING,
                40,
                1,
                0,
                0,
                List.of(),
                null,
                Instant.EPOCH,
                null,
                null,
                null,
                null,
                null,
                new TaskOptions(false, null, null, null),
                0,
                0,
                0);
    }
}

package io.freshet.gateway;

import static io.freshet.gateway.ProblemsTest.post;
import static io.freshet.gateway.ProblemsTest.problem;
import static io.freshet.gateway.ProblemsTest.refresh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.QuotaLeft;
import io.freshet.contracts.admission.RateExceeded;
import io.freshet.contracts.admission.TaskToAdmit;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.ThenPush;
import io.freshet.contracts.message.Topics;
import io.freshet.kafka.ReceivedMessage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Accepted requests are published as they were admitted; refused ones are not published. */
class AcceptingTest extends GatewayOnKafka {

    @Test
    void accepted_refresh_is_published_as_one_command_per_domain() {
        Accepted accepted = accepted(post(
                gateway.as("acme"),
                refresh("url", URL, "http://a.img.example.com/1", "https://WWW.example.com/b", URL)));
        assertThat(accepted.tasks()).extracting(Task::domain).containsExactly("www.example.com", "*.img.example.com");
        assertThat(accepted.tasks()).extracting(Task::objectCount).containsExactly(2, 1);
        RefreshCommand command =
                (RefreshCommand) commandOf(accepted.tasks().getFirst().taskId());
        assertThat(command.account()).isEqualTo("acme");
        assertThat(command.domain()).isEqualTo("www.example.com");
        assertThat(command.selector()).isEqualTo(Selector.URL);
        assertThat(command.objects()).containsExactly(URL, "https://www.example.com/b");
        AdmissionRequest asked = taskService.admissions.getFirst();
        assertThat(asked.quotaLimit()).isEqualTo(2_000);
        assertThat(asked.acceptedAt()).isEqualTo(command.acceptedAt());
        assertThat(asked.tasks().getFirst()).isEqualTo(new TaskToAdmit(command.taskId(), "www.example.com", 2));
        assertThat(commandOf(accepted.tasks().getLast().taskId()).objects())
                .containsExactly("http://a.img.example.com/1");
    }

    @Test
    void location_names_the_task_of_a_single_domain() {
        WebTestClient.ResponseSpec answer = post(gateway.as("acme"), refresh("directory", "http://localhost:9000/d/"));
        Accepted accepted = accepted(answer);
        answer.expectHeader()
                .valueEquals(
                        "Location", "/v1/tasks/" + accepted.tasks().getFirst().taskId());
        assertThat(((RefreshCommand) commandOf(accepted.tasks().getFirst().taskId())).selector())
                .isEqualTo(Selector.DIRECTORY);
    }

    @Test
    void response_has_the_remaining_quota() {
        Instant resetsAt = Instant.now().plusSeconds(100);
        taskService.admission = request -> new TaskServiceContract.Answer(
                200,
                new Admission(
                        request.requestId(),
                        request.acceptedAt(),
                        request.tasks().stream()
                                .map(task -> new AdmittedTask(task.taskId(), task.domain(), task.objectCount(), false))
                                .toList(),
                        new QuotaLeft(QuotaKind.URL, 2_000, 1_999, resetsAt)));
        WebTestClient.ResponseSpec answer = post(gateway.as("acme"), refresh("url", URL));
        answer.expectStatus().isAccepted();
        answer.expectHeader().valueEquals("RateLimit-Limit", "2000");
        answer.expectHeader().valueEquals("RateLimit-Remaining", "1999");
        answer.expectHeader()
                .value(
                        "RateLimit-Reset",
                        reset -> assertThat(Integer.parseInt(reset)).isBetween(1, 100));
        assertThat(taskService.admissions.getFirst().requestsPerMinute()).isEqualTo(3_000);
    }

    @Test
    void account_over_its_rate_limit_gets_retry_after() {
        taskService.admission = _ -> new TaskServiceContract.Answer(
                429, new RateExceeded(3_000, Instant.now().plusSeconds(30)));
        WebTestClient.ResponseSpec answer = post(gateway.as("acme"), refresh("url", URL));
        answer.expectHeader().valueEquals("RateLimit-Limit", "3000");
        answer.expectHeader().valueEquals("RateLimit-Remaining", "0");
        answer.expectHeader()
                .value(
                        "Retry-After",
                        seconds -> assertThat(Integer.parseInt(seconds)).isBetween(1, 30));
        answer.expectStatus()
                .isEqualTo(429)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("urn:freshet:problem:rate-limited")
                .jsonPath("$.limit")
                .isEqualTo(3_000);
    }

    @Test
    void accepted_push_with_children_names_the_accounts_domains() {
        String body = "{\"objects\": [\"" + URL + "\"], \"children\": %s}";
        Accepted accepted = accepted(push(gateway.as("acme"), body.formatted("true")));
        PushCommand command =
                (PushCommand) commandOf(accepted.tasks().getFirst().taskId());
        assertThat(command.root()).isNull();
        assertThat(command.children()).isNotNull();
        assertThat(command.children().domains()).contains("www.example.com");
        assertThat(command.children().maxUrlBytes()).isEqualTo(1_024);
        Accepted plain = accepted(push(gateway.as("acme"), body.formatted("false")));
        assertThat(((PushCommand) commandOf(plain.tasks().getFirst().taskId())).children())
                .isNull();
    }

    @Test
    void accepted_push_is_published_with_its_tier_and_headers() {
        Accepted accepted = accepted(push(
                gateway.as("acme"),
                "{\"objects\": [\"" + URL + "\"], \"headers\": {\"accept-encoding\": [\"gzip\", \"br\"]}}"));
        PushCommand command =
                (PushCommand) commandOf(accepted.tasks().getFirst().taskId());
        assertThat(command.tier()).isEqualTo("l2");
        assertThat(command.requestId())
                .isEqualTo(taskService.admissions.getFirst().requestId());
        assertThat(command.headers()).isEqualTo(Map.of("Accept-Encoding", List.of("gzip", "br")));
        assertThat(taskService.admissions.getFirst().quota()).isEqualTo(QuotaKind.PUSH);
    }

    @Test
    void refresh_with_then_push_is_one_command_with_two_ids() {
        Accepted accepted = accepted(
                post(gateway.as("acme"), THEN_PUSH.formatted("\"" + URL + "\", \"http://a.img.example.com/1\"")));

        assertThat(accepted.tasks()).hasSize(2).allSatisfy(task -> {
            RefreshCommand command = (RefreshCommand) commandOf(task.taskId());
            assertThat(command.thenPush())
                    .isEqualTo(new ThenPush(
                            TaskId.parse(task.push()), "l1", Map.of("Accept-Encoding", List.of("gzip", "br"))));
            assertThat(TaskId.parse(task.push())).isGreaterThan(command.taskId());
        });
        AdmissionRequest asked = taskService.admissions.getFirst();
        assertThat(asked.quota()).isEqualTo(QuotaKind.URL);
        assertThat(asked.pushLimit()).isEqualTo(500);
        assertThat(asked.tasks())
                .extracting(task -> String.valueOf(task.thenPush()))
                .containsExactlyElementsOf(
                        accepted.tasks().stream().map(Task::push).toList());
        List<String> pushes = accepted.tasks().stream().map(Task::push).toList();
        assertThat(records(Topics.PUSH_COMMANDS))
                .extracting(record ->
                        ReceivedMessage.read(record, Command.class).taskId().toString())
                .as("the purge-worker publishes them when it is time")
                .doesNotContainAnyElementsOf(pushes);
    }

    @Test
    void directory_then_push_has_a_push_where_the_request_names_urls() {
        Accepted accepted = accepted(post(gateway.as("acme"), """
                {"type": "directory", "objects": ["https://www.example.com/d/", "http://a.img.example.com/d/"],
                 "thenPush": {"tier": "l2", "objects": ["%s", "%s"]}}""".formatted(URL, URL + "b")));

        Task refreshed = accepted.tasks().getFirst();
        assertThat(((RefreshCommand) commandOf(refreshed.taskId())).thenPush())
                .isEqualTo(new ThenPush(TaskId.parse(refreshed.push()), "l2", Map.of(), List.of(URL, URL + "b")));
        assertThat(refreshed.thenPush()).containsEntry("objectCount", "2");
        Task withoutPush = accepted.tasks().getLast();
        assertThat(withoutPush.thenPush()).isNull();
        assertThat(((RefreshCommand) commandOf(withoutPush.taskId())).thenPush())
                .isNull();
        AdmissionRequest asked = taskService.admissions.getFirst();
        assertThat(asked.quota()).isEqualTo(QuotaKind.DIRECTORY);
        assertThat(asked.pushLimit()).isEqualTo(500);
        assertThat(asked.objectCount()).isEqualTo(2);
        assertThat(asked.pushCount()).isEqualTo(2);
    }

    @Test
    void plain_refresh_has_no_push_in_admission_and_response() {
        String answer = post(gateway.as("acme"), refresh("url", URL))
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();

        assertThat(answer).contains("taskId").doesNotContain("thenPush");
        assertThat(taskService.admissions.getFirst().pushLimit()).isNull();
        assertThat(taskService.admissions.getFirst().tasks().getFirst().thenPush())
                .isNull();
    }

    @Test
    void retried_refresh_with_then_push_keeps_the_id_of_its_push() {
        TaskId refresh = new TaskId(2_001);
        TaskId push = new TaskId(2_002);
        taskService.admission = request -> new TaskServiceContract.Answer(
                200,
                new Admission(
                        UUID.randomUUID(),
                        request.acceptedAt(),
                        List.of(new AdmittedTask(refresh, "www.example.com", 1, false, push))));

        Accepted accepted = accepted(post(gateway.as("acme"), THEN_PUSH.formatted("\"" + URL + '"')));

        assertThat(accepted.tasks()).extracting(Task::push).containsExactly("2002");
        assertThat(((RefreshCommand) commandOf("2001")).thenPush())
                .isNotNull()
                .extracting(ThenPush::taskId)
                .isEqualTo(push);
    }

    @Test
    void refresh_with_then_push_requires_an_admission() {
        taskService.admission = _ -> new TaskServiceContract.Answer(503, Map.of());
        assertThat(problem(post(gateway.as("acme"), THEN_PUSH.formatted("\"" + URL + '"')), 503, "unavailable")
                        .headers()
                        .getFirst("Retry-After"))
                .isNotNull();
        assertNothingPublishedOf(taskService.admissions.getFirst());
    }

    @Test
    void refresh_whose_push_was_not_admitted_is_refused() {
        taskService.admission = request -> new TaskServiceContract.Answer(
                200,
                new Admission(
                        request.requestId(),
                        request.acceptedAt(),
                        List.of(new AdmittedTask(request.tasks().getFirst().taskId(), "www.example.com", 1, false))));
        problem(post(gateway.as("acme"), THEN_PUSH.formatted("\"" + URL + '"')), 503, "unavailable");
        assertNothingPublishedOf(taskService.admissions.getFirst());
    }

    @Test
    void refresh_of_which_fewer_pushes_were_admitted_is_refused() {
        taskService.admission = request -> new TaskServiceContract.Answer(
                200,
                new Admission(
                        request.requestId(),
                        request.acceptedAt(),
                        request.tasks().stream()
                                .map(task -> new AdmittedTask(
                                        task.taskId(), task.domain(), task.objectCount(), false, task.thenPush()))
                                .toList()));
        String twoPushes = """
                {"type": "url", "objects": ["%s"], "thenPush": {"objects": ["%s", "%s"]}}""";
        problem(post(gateway.as("acme"), twoPushes.formatted(URL, URL, URL + "b")), 503, "unavailable");
        assertNothingPublishedOf(taskService.admissions.getFirst());
    }

    @Test
    void exceeded_push_quota_refuses_a_refresh_with_then_push() {
        taskService.admission = _ -> new TaskServiceContract.Answer(
                429,
                new QuotaExceeded(QuotaKind.PUSH, 500, 500, 1, Instant.now().plusSeconds(100)));
        assertThat(problem(post(gateway.as("acme"), THEN_PUSH.formatted("\"" + URL + '"')), 429, "quota-exceeded")
                        .text("/quota"))
                .isEqualTo("push");
        assertNothingPublishedOf(taskService.admissions.getFirst());
    }

    @Test
    void retried_request_publishes_only_commands_not_read_before() {
        UUID first = UUID.randomUUID();
        Instant acceptedAt = Instant.parse("2026-11-22T10:15:30Z");
        TaskId commandRead = new TaskId(1_001);
        TaskId lost = new TaskId(1_002);
        taskService.admission = _ -> new TaskServiceContract.Answer(
                200,
                new Admission(
                        first,
                        acceptedAt,
                        List.of(
                                new AdmittedTask(commandRead, "www.example.com", 1, true),
                                new AdmittedTask(lost, "*.img.example.com", 1, false))));
        WebTestClient client = gateway.as("acme")
                .mutate()
                .defaultHeader("Idempotency-Key", "again")
                .build();
        WebTestClient.ResponseSpec answer = post(client, refresh("url", URL, "http://a.img.example.com/1"));
        answer.expectHeader().valueEquals("Idempotency-Replayed", "true");
        Accepted accepted = accepted(answer);
        assertThat(accepted.requestId()).isEqualTo(first);
        assertThat(accepted.tasks()).extracting(Task::taskId).containsExactly("1001", "1002");
        Command again = commandOf("1002");
        assertThat(again.objects()).containsExactly("http://a.img.example.com/1");
        assertThat(again.acceptedAt()).isEqualTo(acceptedAt);
        assertThat(records(Topics.PURGE_COMMANDS))
                .extracting(ConsumerRecord::key)
                .doesNotContain("1001");
        assertThat(taskService.admissions.getFirst().idempotencyKey()).isEqualTo("again");
    }

    @Test
    void reused_idempotency_key_is_refused() {
        UUID other = UUID.randomUUID();
        taskService.admission = _ -> new TaskServiceContract.Answer(409, new IdempotencyConflict(other, Instant.EPOCH));
        assertThat(problem(post(gateway.as("acme"), refresh("url", URL)), 409, "idempotency-key-reused")
                        .text("/requestId"))
                .isEqualTo(other.toString());
        assertNothingPublishedOf(taskService.admissions.getFirst());
    }

    @Test
    void exceeded_quota_is_refused_with_the_remaining_quota() {
        taskService.admission = _ -> new TaskServiceContract.Answer(
                429,
                new QuotaExceeded(QuotaKind.URL, 2_000, 1_999, 2, Instant.now().plusSeconds(100)));
        ProblemsTest.Refusal refusal = problem(
                post(gateway.as("acme"), refresh("url", URL, "https://www.example.com/b")), 429, "quota-exceeded");
        assertThat(refusal.headers().getFirst("Retry-After")).isNotNull();
        assertThat(refusal.text("/quota")).isEqualTo("url");
        assertThat(refusal.body().at("/limit").asInt()).isEqualTo(2_000);
        assertThat(refusal.body().at("/used").asInt()).isEqualTo(1_999);
        assertThat(refusal.body().at("/remaining").asInt()).isEqualTo(1);
        assertThat(refusal.body().has("resetsAt")).isTrue();
        assertNothingPublishedOf(taskService.admissions.getFirst());
    }

    @Test
    void taken_ids_are_replaced_once() {
        taskService.admission = request -> taskService.admissions.size() == 1
                ? new TaskServiceContract.Answer(409, Map.of("detail", "a task has this id"))
                : TaskServiceContract.admit(request);
        Accepted accepted = accepted(post(gateway.as("acme"), refresh("url", URL)));
        TaskId taken = taskService.admissions.getFirst().tasks().getFirst().taskId();
        assertThat(accepted.tasks().getFirst().taskId()).isNotEqualTo(taken.toString());
        assertNothingPublishedOf(taskService.admissions.getFirst());
        taskService.admission = _ -> new TaskServiceContract.Answer(409, Map.of());
        problem(post(gateway.as("acme"), refresh("url", URL)), 503, "unavailable");
        assertNothingPublishedOf(taskService.admissions.getLast());
    }

    @Test
    void task_id_contains_the_number_that_task_service_leased() {
        await().untilAsserted(() -> {
            Accepted accepted = accepted(post(gateway.as("acme"), refresh("url", URL)));
            TaskId id = TaskId.parse(accepted.tasks().getFirst().taskId());
            assertThat(id.value() >> 12 & 1_023).isEqualTo(TaskServiceContract.GATEWAY_NUMBER);
        });
    }

    @Test
    void only_url_refresh_is_accepted_when_its_admission_times_out() {
        CountDownLatch release = new CountDownLatch(1);
        taskService.admission = TaskServiceContract.hangUntil(release, TaskServiceContract::admit);
        Accepted accepted = accepted(post(gateway.as("acme"), refresh("url", URL)));
        assertThat(taskService.admissions.getFirst().tasks())
                .extracting(task -> task.taskId().toString())
                .as("so that an admission that was made all the same charges the same task")
                .containsExactly(accepted.tasks().getFirst().taskId());
        assertThat(commandOf(accepted.tasks().getFirst().taskId()).objects()).containsExactly(URL);
        assertThat(problem(
                                post(gateway.as("acme"), refresh("directory", "https://www.example.com/")),
                                503,
                                "unavailable")
                        .headers()
                        .getFirst("Retry-After"))
                .isNotNull();
        problem(push(gateway.as("acme"), "{\"objects\": [\"" + URL + "\"]}"), 503, "unavailable");
        release.countDown();
    }

    @Test
    void url_refresh_is_accepted_when_task_service_fails() {
        taskService.admission = _ -> new TaskServiceContract.Answer(503, Map.of());
        Accepted accepted = accepted(post(gateway.as("acme"), refresh("url", URL)));
        assertThat(commandOf(accepted.tasks().getFirst().taskId()).objects()).containsExactly(URL);
    }

    @Test
    void overloaded_task_service_lets_nothing_pass_without_admission() {
        taskService.admission =
                _ -> new TaskServiceContract.Answer(503, Map.of("type", "urn:freshet:problem:overloaded"));
        assertThat(problem(post(gateway.as("acme"), refresh("url", URL)), 503, "unavailable")
                        .headers()
                        .getFirst("Retry-After"))
                .isEqualTo("1");
        assertNothingPublishedOf(taskService.admissions.getFirst());
    }

    @Test
    void requests_without_admission_are_limited_per_account() {
        taskService.admission = _ -> new TaskServiceContract.Answer(503, Map.of());
        String thousand = refresh(
                "url",
                IntStream.range(0, 1_000)
                        .mapToObj(i -> "https://www.example.net/" + i)
                        .toArray(String[]::new));
        accepted(post(gateway.as("busy"), thousand));
        assertThat(problem(post(gateway.as("busy"), thousand), 429, "rate-limited")
                        .headers()
                        .getFirst("Retry-After"))
                .isNotNull();
        accepted(post(gateway.as("other"), refresh("url", "https://www.example.org/a")));
    }
}

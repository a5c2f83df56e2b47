package io.freshet.gateway;

import static io.freshet.gateway.ProblemsTest.post;
import static io.freshet.gateway.ProblemsTest.problem;
import static io.freshet.gateway.ProblemsTest.refresh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.QuotaLeft;
import io.freshet.contracts.admission.RateExceeded;
import io.freshet.contracts.admission.TaskToAdmit;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.FlushNode;
import io.freshet.contracts.message.HoldNode;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.NodeChanged;
import io.freshet.contracts.message.NodeOrder;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.ReleaseNode;
import io.freshet.contracts.message.RewindNode;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.message.ThenPush;
import io.freshet.contracts.message.Topics;
import io.freshet.contracts.task.TaskOptions;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.MessagePublisher;
import io.freshet.kafka.ReceivedMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.context.EmbeddedKafka;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The gateway on a real broker. */
@EmbeddedKafka(
        partitions = 3,
        topics = {})
class GatewayServiceTest {

    private static final String URL = "https://www.example.com/a";
    private static final String THEN_PUSH = """
            {"type": "url", "objects": [%s], "thenPush": {"tier": "l1", "headers": {"accept-encoding": ["gzip", "br"]}}}""";

    private static TaskServiceContract taskService;
    private static Gateway gateway;
    private static MessagePublisher publisher;

    @BeforeAll
    static void start(EmbeddedKafkaBroker broker) {
        taskService = new TaskServiceContract();
        gateway =
                Gateway.start(broker.getBrokersAsString(), taskService.url(), Map.of("freshet.topics.partitions", "3"));
        publisher = gateway.context.getBean(MessagePublisher.class);
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

    // Accepting

    @Test
    void an_accepted_refresh_is_in_the_log_as_one_command_per_domain() {
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
    void a_request_of_one_domain_names_its_task_in_the_location() {
        WebTestClient.ResponseSpec answer = post(gateway.as("acme"), refresh("directory", "http://localhost:9000/d/"));
        Accepted accepted = accepted(answer);
        answer.expectHeader()
                .valueEquals(
                        "Location", "/v1/tasks/" + accepted.tasks().getFirst().taskId());
        assertThat(((RefreshCommand) commandOf(accepted.tasks().getFirst().taskId())).selector())
                .isEqualTo(Selector.DIRECTORY);
    }

    @Test
    void the_answer_says_what_the_day_has_left() {
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
    void an_account_that_is_too_fast_is_told_when_it_may_go_on() {
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
    void an_accepted_push_is_in_the_log_with_its_tier_and_headers() {
        Accepted accepted = accepted(push(
                gateway.as("acme"),
                "{\"objects\": [\"" + URL + "\"], \"headers\": {\"accept-encoding\": [\"gzip\", \"br\"]}}"));
        PushCommand command =
                (PushCommand) commandOf(accepted.tasks().getFirst().taskId());
        assertThat(command.tier()).isEqualTo("l2");
        assertThat(command.headers()).isEqualTo(Map.of("Accept-Encoding", List.of("gzip", "br")));
        assertThat(taskService.admissions.getFirst().quota()).isEqualTo(QuotaKind.PUSH);
    }

    @Test
    void a_refresh_with_a_push_is_one_command_that_holds_both_and_each_has_an_id_of_its_own() {
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
    void a_plain_refresh_neither_asks_for_a_push_nor_answers_one() {
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
    void a_repeated_refresh_with_a_push_is_published_again_with_the_push_it_had() {
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
    void a_refresh_with_a_push_needs_its_admission() {
        taskService.admission = _ -> new TaskServiceContract.Answer(503, Map.of());
        assertThat(problem(post(gateway.as("acme"), THEN_PUSH.formatted("\"" + URL + '"')), 503, "unavailable")
                        .headers()
                        .getFirst("Retry-After"))
                .isNotNull();
        assertNothingPublishedOf(taskService.admissions.getFirst());
    }

    @Test
    void a_refresh_whose_push_task_service_does_not_know_of_is_refused_rather_than_accepted_in_part() {
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
    void a_push_quota_that_does_not_suffice_refuses_the_refresh_as_well() {
        taskService.admission = _ -> new TaskServiceContract.Answer(
                429,
                new QuotaExceeded(QuotaKind.PUSH, 500, 500, 1, Instant.now().plusSeconds(100)));
        assertThat(problem(post(gateway.as("acme"), THEN_PUSH.formatted("\"" + URL + '"')), 429, "quota-exceeded")
                        .text("/quota"))
                .isEqualTo("push");
        assertNothingPublishedOf(taskService.admissions.getFirst());
    }

    @Test
    void a_repeated_request_keeps_its_ids_and_publishes_only_what_is_not_in_the_log() {
        UUID first = UUID.randomUUID();
        Instant acceptedAt = Instant.parse("2026-11-22T10:15:30Z");
        TaskId inLog = new TaskId(1_001);
        TaskId lost = new TaskId(1_002);
        taskService.admission = _ -> new TaskServiceContract.Answer(
                200,
                new Admission(
                        first,
                        acceptedAt,
                        List.of(
                                new AdmittedTask(inLog, "www.example.com", 1, true),
                                new AdmittedTask(lost, "*.img.example.com", 1, false))));
        WebTestClient client = gateway.as("acme")
                .mutate()
                .defaultHeader("Idempotency-Key", "again")
                .build();
        Accepted accepted = accepted(post(client, refresh("url", URL, "http://a.img.example.com/1")));
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
    void a_key_that_belongs_to_another_request_is_refused() {
        UUID other = UUID.randomUUID();
        taskService.admission = _ -> new TaskServiceContract.Answer(409, new IdempotencyConflict(other, Instant.EPOCH));
        assertThat(problem(post(gateway.as("acme"), refresh("url", URL)), 409, "idempotency-key-reused")
                        .text("/requestId"))
                .isEqualTo(other.toString());
        assertNothingPublishedOf(taskService.admissions.getFirst());
    }

    @Test
    void a_quota_that_does_not_suffice_is_told_with_what_is_left() {
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
    void ids_that_are_taken_are_drawn_anew_once() {
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
    void a_url_refresh_goes_on_under_the_same_ids_when_its_admission_hangs_and_nothing_else_does() {
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
    void a_url_refresh_goes_on_when_task_service_fails() {
        taskService.admission = _ -> new TaskServiceContract.Answer(503, Map.of());
        Accepted accepted = accepted(post(gateway.as("acme"), refresh("url", URL)));
        assertThat(commandOf(accepted.tasks().getFirst().taskId()).objects()).containsExactly(URL);
    }

    @Test
    void what_goes_on_without_admission_is_limited_per_account() {
        taskService.admission = _ -> new TaskServiceContract.Answer(500, Map.of());
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

    // Queries

    @Test
    void queries_are_asked_in_canonical_form_for_the_own_account() {
        taskService.tasks.put("acme", List.of(view(7, TaskStatus.RUNNING, 50)));
        gateway.as("acme")
                .get()
                .uri("/v1/tasks?limit=5&object={object}", "HTTPS://www.example.com/é?a&b=c d+e")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.tasks[0].taskId")
                .isEqualTo("7")
                .jsonPath("$.tasks[0].status")
                .isEqualTo("running");
        assertThat(taskService.queries.getFirst())
                .contains("account=acme", "limit=5")
                .contains("object=https%3A%2F%2Fwww.example.com%2F%25C3%25A9%3Fa%26b%3Dc%2520d%2Be");
        gateway.as("acme").get().uri("/v1/tasks/7").exchange().expectStatus().isOk();
        gateway.as("acme")
                .get()
                .uri("/v1/tasks/7/objects?status=failed")
                .exchange()
                .expectStatus()
                .isOk();
        for (String foreign : List.of("/v1/tasks/7", "/v1/tasks/7/objects", "/v1/tasks/7/events")) {
            problem(gateway.as("other").get().uri(foreign).exchange(), 404, "not-found");
        }
    }

    @Test
    void quotas_tell_what_is_left_and_never_less_than_nothing() {
        gateway.as("acme")
                .get()
                .uri("/v1/quotas")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.quotas[0].quota")
                .isEqualTo("url")
                .jsonPath("$.quotas[0].limit")
                .isEqualTo(2_000)
                .jsonPath("$.quotas[0].used")
                .isEqualTo(2_010)
                .jsonPath("$.quotas[0].remaining")
                .isEqualTo(0)
                .jsonPath("$.quotas[1].remaining")
                .isEqualTo(499);
    }

    @Test
    void a_check_accepts_nothing_and_asks_nobody() {
        gateway.as("acme")
                .post()
                .uri("/v1/refreshes/check")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(refresh("url", URL, "ftp://x"))
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.acceptable")
                .isEqualTo(false)
                .jsonPath("$.entries[0].object")
                .isEqualTo(URL)
                .jsonPath("$.entries[1].fault")
                .value(containsString("http://"));
        gateway.as("acme")
                .post()
                .uri("/v1/pushes/check")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"objects\": [\"" + URL + "\"]}")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.charges.push")
                .isEqualTo(1);
        assertThat(taskService.admissions).isEmpty();
    }

    @Test
    void an_account_is_told_what_it_may_ask_for() {
        gateway.as("other")
                .get()
                .uri("/v1/account")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.id")
                .isEqualTo("other")
                .jsonPath("$.operator")
                .isEqualTo(false)
                .jsonPath("$.domains")
                .isEqualTo(List.of("www.example.org"))
                .jsonPath("$.tiers")
                .isEqualTo(List.of("l2", "l1"))
                .jsonPath("$.limits.directories")
                .isEqualTo(100)
                .jsonPath("$.tokenHashes")
                .doesNotExist();
    }

    @Test
    void tasks_are_exported_whole_page_by_page() {
        taskService.tasks.put(
                "acme",
                IntStream.rangeClosed(1, 250)
                        .mapToObj(id -> view(id, TaskStatus.COMPLETE, 100))
                        .toList());
        String csv = Objects.requireNonNull(gateway.as("acme")
                .get()
                .uri("/v1/tasks.csv?status=complete")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType("text/csv;charset=UTF-8")
                .expectHeader()
                .valueMatches("Content-Disposition", "attachment.*")
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
        assertThat(csv.lines())
                .hasSize(251)
                .startsWith("taskId,kind,type,domain,status,progress,objectCount,completeCount,failedCount,lateNodes,"
                        + "description,createdAt,appliedAt,settledAt,finishedAt")
                .contains("250,refresh,url,www.example.com,complete,100,1,1,0,,,1970-01-01T00:00:00Z,,,");
        assertThat(taskService.queries)
                .hasSize(3)
                .allSatisfy(query -> assertThat(query).contains("status=complete", "limit=100"));
        problem(gateway.as("acme").get().uri("/v1/tasks.csv?limit=5").exchange(), 400, "invalid-request");
    }

    // Repeating

    @Test
    void a_repeated_refresh_asks_for_all_that_the_first_asked_for() {
        taskService.objects = IntStream.range(0, 1_000).mapToObj(i -> URL + i).toList();
        record(TaskKind.REFRESH, Selector.URL, 1_000, new TaskOptions(true, null, null, null));
        Accepted accepted = accepted(repeat("acme"));
        RefreshCommand command =
                (RefreshCommand) commandOf(accepted.tasks().getFirst().taskId());
        assertThat(command.objects()).isEqualTo(taskService.objects);
        assertThat(command.soft()).isTrue();
        assertThat(command.thenPush()).isNull();
        assertThat(taskService.admissions).as("charged again").hasSize(1);
    }

    @Test
    void a_repeated_refresh_is_followed_by_its_push_again() {
        taskService.objects = List.of(URL);
        record(
                TaskKind.REFRESH,
                Selector.URL,
                1,
                new TaskOptions(
                        false,
                        new TaskOptions.FollowingPush(
                                new TaskId(7_002), "l1", Map.of("Accept-Encoding", List.of("gzip", "br"))),
                        null,
                        null));
        Accepted accepted = accepted(repeat("acme"));
        ThenPush push = ((RefreshCommand) commandOf(accepted.tasks().getFirst().taskId())).thenPush();
        assertThat(push).isNotNull();
        assertThat(push.taskId()).isNotEqualTo(new TaskId(7_002));
        assertThat(push.tier()).isEqualTo("l1");
        assertThat(push.headers()).isEqualTo(Map.of("Accept-Encoding", List.of("gzip", "br")));
    }

    @Test
    void a_repeated_push_warms_the_same_tier_with_the_same_headers() {
        taskService.objects = List.of(URL);
        record(
                TaskKind.PUSH,
                Selector.URL,
                1,
                new TaskOptions(null, null, "l1", Map.of("User-Agent", List.of("warm"))));
        Accepted accepted = accepted(repeat("acme"));
        PushCommand command =
                (PushCommand) commandOf(accepted.tasks().getFirst().taskId());
        assertThat(command.objects()).containsExactly(URL);
        assertThat(command.tier()).isEqualTo("l1");
        assertThat(command.headers()).isEqualTo(Map.of("User-Agent", List.of("warm")));
    }

    @Test
    void what_the_record_does_not_know_whole_is_not_repeated_in_part() {
        taskService.objects = List.of(URL);
        record(TaskKind.REFRESH, Selector.URL, 2, new TaskOptions(false, null, null, null));
        problem(repeat("acme"), 409, "not-repeatable");
        record(TaskKind.REFRESH, Selector.URL, 1, null);
        problem(repeat("acme"), 409, "not-repeatable");
        problem(repeat("other"), 404, "not-found");
        assertThat(taskService.admissions).isEmpty();
    }

    @Test
    void what_the_rules_of_today_forbid_is_not_repeated() {
        taskService.objects = List.of("https://former.example.com/a");
        record(TaskKind.REFRESH, Selector.URL, 1, new TaskOptions(false, null, null, null));
        assertThat(problem(repeat("acme"), 400, "invalid-request").toString()).contains("former.example.com");
    }

    private static void record(TaskKind kind, Selector type, int objects, @Nullable TaskOptions options) {
        taskService.tasks.put(
                "acme",
                List.of(new TaskView(
                        new TaskId(7_001),
                        kind,
                        type,
                        "www.example.com",
                        TaskStatus.COMPLETE,
                        100,
                        objects,
                        objects,
                        0,
                        List.of(),
                        null,
                        Instant.EPOCH,
                        null,
                        null,
                        null,
                        null,
                        options)));
    }

    private static WebTestClient.ResponseSpec repeat(String account) {
        return gateway.as(account).post().uri("/v1/tasks/7001/repeat").exchange();
    }

    // Nodes

    @Test
    void the_stream_of_nodes_begins_with_all_of_them_and_tells_when_one_changes() throws Exception {
        try (Events events = new Events(gateway.lines("acme", "/v1/nodes/events"))) {
            assertThat(events.next().toString()).contains("id=l2-a", "id=l1-a", "id=l1-b");
            publisher
                    .publish(new NodeChanged(
                            "l2-a", 2, NodeChanged.State.LATE, false, Instant.now(), "down", 1, null, null))
                    .join();
            String now = String.valueOf(events.next());
            while (!now.contains("why=down")) {
                now = String.valueOf(events.next());
            }
            publisher
                    .publish(new NodeChanged(
                            "l2-a", 2, NodeChanged.State.LIVE, true, Instant.now(), null, 0, null, null))
                    .join();
            while (now.contains("why=down")) {
                now = String.valueOf(events.next());
            }
        } finally {
            gateway.context
                    .getBean(KafkaTemplate.class)
                    .send(Topics.NODE_EVENTS, "l2-a/2", null)
                    .join();
        }
        problem(gateway.as("other").get().uri("/v1/nodes/events").exchange(), 403, "forbidden");
    }

    @Test
    void nodes_tell_what_their_workers_say_and_a_late_one_is_held_back() {
        Instant since = Instant.parse("2026-11-22T10:15:30Z");
        Stream.of(
                        new NodeChanged("l1-a", 0, NodeChanged.State.LIVE, true, since, null, 0, null, null),
                        new NodeChanged("l1-b", 0, NodeChanged.State.LIVE, true, since, null, 0, null, null),
                        new NodeChanged(
                                "l1-b",
                                1,
                                NodeChanged.State.LATE,
                                false,
                                since.plusSeconds(1),
                                "refused",
                                40,
                                since,
                                null),
                        new NodeChanged("l1-b", 2, NodeChanged.State.LATE, false, since, "first", 2, since, null),
                        new NodeChanged("gone", 0, NodeChanged.State.LATE, false, since, null, 0, null, null))
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
                        .isEqualTo(List.of("unknown", "live", "late"))
                        .jsonPath("$.nodes[2].why")
                        .isEqualTo("first")
                        .jsonPath("$.nodes[2].owedRecords")
                        .isEqualTo(42)
                        .jsonPath("$.nodes[2].reachable")
                        .isEqualTo(false)
                        .jsonPath("$.nodes[2].tier")
                        .isEqualTo("l1")
                        .jsonPath("$.nodes[2].owedSeconds")
                        .value(seconds ->
                                assertThat(((Number) seconds).longValue()).isPositive()));
        inSync("l2-a", 200);
        inSync("l1-a", 200);
        inSync("l1-b", 503);
        inSync("gone", 404);
        gateway.management()
                .get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectBody(String.class)
                .value(containsString("freshet_nodes{state=\"unknown\"} 1.0"));
        problem(gateway.as("acme").get().uri("/nodes/l1-b/in-sync").exchange(), 404, "not-found");
        Stream.of(1, 2)
                .forEach(partition -> publisher
                        .publish(new NodeChanged(
                                "l1-b", partition, NodeChanged.State.LIVE, true, since, null, 0, null, null))
                        .join());
        Awaitility.await().untilAsserted(() -> inSync("l1-b", 200));
    }

    @Test
    void an_order_is_in_the_log_under_the_operators_account_when_it_is_answered() {
        Instant before = Instant.now().minusMillis(1);
        String hold = given("PUT", "l1-a/maintenance", "{\"reason\": \"new disk\"}", "hold");
        String release = given("DELETE", "l1-a/maintenance", "", "release");
        String rewind = given("POST", "l1-a/rewind", "{\"by\": \"PT10M\"}", "rewind");
        String flush = given("POST", "l2-a/flush", "", "flush");
        Instant rewound = Instant.parse(rewind);
        assertThat(rewound).isBetween(before, Instant.now());
        assertThat(records(Topics.NODE_ORDERS).stream()
                        .map(record -> (Message) ReceivedMessage.read(record, NodeOrder.class)))
                .containsExactly(
                        new HoldNode("l1-a", "acme", Instant.parse(hold), "new disk"),
                        new ReleaseNode("l1-a", "acme", Instant.parse(release)),
                        new RewindNode("l1-a", "acme", rewound, rewound.minusSeconds(600)),
                        new FlushNode("l2-a", "acme", Instant.parse(flush)));
    }

    /** When it was given. */
    private static String given(String method, String path, String body, String order) {
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
                .jsonPath("$.order")
                .isEqualTo(order)
                .returnResult()
                .getResponseBody();
        return JsonMapping.mapper().readTree(answer).get("at").asString();
    }

    @Test
    void nodes_tell_of_maintenance_and_of_a_flush_that_is_needed_and_metrics_of_what_each_owes() {
        Instant hourAgo = Instant.now().minusSeconds(3_600);
        kafkaNoise(Topics.NODE_EVENTS);
        publisher
                .publish(new NodeChanged(
                        "l2-a", 1, NodeChanged.State.LATE, false, hourAgo, "held", 7, hourAgo, null, true, true))
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
                                "freshet_node_owed_records{node=\"l2-a\"} 7.0",
                                "freshet_node_reachable{node=\"l2-a\"} 0.0",
                                "freshet_node_late{node=\"l2-a\"} 1.0",
                                "freshet_node_maintenance{node=\"l2-a\"} 1.0",
                                "freshet_node_maintenance{node=\"l1-a\"} 0.0")
                        .containsPattern("freshet_node_owed_seconds\\{node=\"l2-a\"} 3[67]\\d\\d\\.0"));
        // Back to what other tests expect: no word of this node.
        gateway.context.getBean(KafkaTemplate.class).send(Topics.NODE_EVENTS, "l2-a/1", null);
        Awaitility.await()
                .untilAsserted(() -> gateway.as("acme")
                        .get()
                        .uri("/v1/nodes")
                        .exchange()
                        .expectBody()
                        .jsonPath("$.nodes[0].state")
                        .isEqualTo("unknown"));
    }

    /** What nobody can read, on every partition. */
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

    private static void inSync(String node, int status) {
        gateway.management()
                .get()
                .uri("/nodes/" + node + "/in-sync")
                .exchange()
                .expectStatus()
                .isEqualTo(status);
    }

    // Live progress

    @Test
    void the_stream_of_a_task_begins_with_its_state_follows_it_and_ends_with_it() throws Exception {
        taskService.tasks.put("acme", List.of(view(71, TaskStatus.PENDING, 0)));
        Events events = new Events(gateway.lines("acme", "/v1/tasks/71/events"));
        assertThat(events.next().get("status")).isEqualTo("pending");
        publisher
                .publish(progressed("other", 71, new TaskTotals(1, 1, 0, 3, 3)))
                .join();
        publisher.publish(progressed("acme", 72, new TaskTotals(1, 1, 0, 3, 3))).join();
        publisher
                .publish(progressed("acme", 71, new TaskTotals(1, 0, 0, 2, 3), "l1-b"))
                .join();
        Map<?, ?> running = events.next();
        assertThat(running.get("status")).isEqualTo("running");
        assertThat(running.get("progress")).isEqualTo(66);
        assertThat(running.get("lateNodes")).isEqualTo(List.of("l1-b"));
        assertThat(running.get("domain")).isEqualTo("www.example.com");
        publisher.publish(progressed("acme", 71, new TaskTotals(1, 1, 0, 3, 3))).join();
        assertThat(events.next().get("status")).isEqualTo("complete");
        events.awaitEnd();
    }

    @Test
    void the_stream_of_an_account_shows_its_tasks_as_soon_as_they_are_accepted() throws Exception {
        taskService.tasks.put("acme", List.of(view(81, TaskStatus.COMPLETE, 100)));
        try (Events events = new Events(gateway.lines("acme", "/v1/tasks/events"))) {
            assertThat(events.next().get("taskId")).isEqualTo("81");
            String mine = accepted(post(gateway.as("acme"), refresh("url", URL)))
                    .tasks()
                    .getFirst()
                    .taskId();
            Map<?, ?> pending = events.next();
            assertThat(pending.get("taskId")).isEqualTo(mine);
            assertThat(pending.get("status")).isEqualTo("pending");
            assertThat(pending.get("kind")).isEqualTo("refresh");
            accepted(post(gateway.as("other"), refresh("url", "https://www.example.org/a")));
            publisher
                    .publish(progressed("acme", Long.parseLong(mine), new TaskTotals(1, 1, 0, 3, 3)))
                    .join();
            Map<?, ?> complete = events.next();
            assertThat(complete.get("taskId")).isEqualTo(mine);
            assertThat(complete.get("status")).isEqualTo("complete");
            assertThat(complete.get("progress")).isEqualTo(100);
        }
    }

    @Test
    void a_push_that_follows_is_shown_as_waiting_and_no_longer_when_it_has_begun() throws Exception {
        try (Events events = new Events(gateway.lines("acme", "/v1/tasks/events"))) {
            events.awaitOpen();
            Task refresh = accepted(post(gateway.as("acme"), THEN_PUSH.formatted("\"" + URL + '"')))
                    .tasks()
                    .getFirst();
            assertThat(events.next().get("kind")).isEqualTo("refresh");
            Map<?, ?> waiting = events.next();
            assertThat(waiting.get("taskId")).isEqualTo(refresh.push());
            assertThat(waiting.get("kind")).isEqualTo("push");
            assertThat(waiting.get("status")).isEqualTo("pending");
            assertThat(waiting.get("description")).isEqualTo("waits for refresh " + refresh.taskId() + " to settle");

            publisher
                    .publish(progressed("acme", Long.parseLong(refresh.push()), new TaskTotals(1, 0, 0, 0, 1), "l1-a"))
                    .join();
            Map<?, ?> running = events.next();
            assertThat(running.get("status")).isEqualTo("running");
            assertThat(running.containsKey("description")).isFalse();
        }
    }

    @Test
    void a_task_that_another_gateway_accepted_is_shown_at_once_and_completed_from_the_record() throws Exception {
        try (Events events = new Events(gateway.lines("acme", "/v1/tasks/events"))) {
            events.awaitOpen();
            taskService.tasks.put("acme", List.of(view(91, TaskStatus.RUNNING, 10)));
            publisher
                    .publish(progressed("acme", 91, new TaskTotals(1, 0, 0, 1, 3)))
                    .join();
            Map<?, ?> first = events.next();
            assertThat(first.get("taskId")).isEqualTo("91");
            assertThat(first.get("progress")).isEqualTo(33);
            assertThat(first.containsKey("domain")).isFalse();
            Map<?, ?> known = events.next();
            assertThat(known.get("domain")).isEqualTo("www.example.com");
            assertThat(known.get("progress")).isEqualTo(33);
        }
    }

    // Helpers

    private record Accepted(UUID requestId, List<Task> tasks) {}

    private record Task(
            String taskId,
            String domain,
            Selector type,
            int objectCount,
            @Nullable Map<String, String> thenPush) {

        String push() {
            return String.valueOf(Objects.requireNonNull(thenPush).get("taskId"));
        }
    }

    private static Accepted accepted(WebTestClient.ResponseSpec answer) {
        return Objects.requireNonNull(answer.expectStatus()
                .isAccepted()
                .expectBody(Accepted.class)
                .returnResult()
                .getResponseBody());
    }

    private static WebTestClient.ResponseSpec push(WebTestClient client, String body) {
        return client.post()
                .uri("/v1/pushes")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    private static TaskView view(long id, TaskStatus status, int progress) {
        return new TaskView(
                new TaskId(id),
                TaskKind.REFRESH,
                Selector.URL,
                "www.example.com",
                status,
                progress,
                1,
                status == TaskStatus.COMPLETE ? 1 : 0,
                0,
                List.of(),
                null,
                Instant.EPOCH,
                null,
                null,
                null);
    }

    private static ObjectsProgressed progressed(String account, long id, TaskTotals totals, String... missing) {
        return new ObjectsProgressed(
                new TaskId(id),
                account,
                List.of(new ObjectState(
                        0, missing.length == 0 ? Phase.SETTLED : Phase.RUNNING, List.of(missing), 3, null, 0)),
                totals,
                Instant.now());
    }

    private static Command commandOf(String taskId) {
        return Stream.of(Topics.PURGE_COMMANDS, Topics.PUSH_COMMANDS)
                .flatMap(topic -> records(topic).stream())
                .map(record -> ReceivedMessage.read(record, Command.class))
                .filter(command -> command.taskId().toString().equals(taskId))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no command of task " + taskId));
    }

    private static void assertNothingPublishedOf(AdmissionRequest request) {
        assertThat(records(Topics.PURGE_COMMANDS))
                .extracting(ConsumerRecord::key)
                .doesNotContainAnyElementsOf(request.tasks().stream()
                        .map(task -> task.taskId().toString())
                        .toList());
    }

    /** All that a topic holds now: what has been acknowledged can be read. */
    private static List<ConsumerRecord<String, byte[]>> records(String topic) {
        try (Consumer<String, byte[]> consumer =
                gateway.context.getBean(KafkaClients.class).ungrouped()) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<ConsumerRecord<String, byte[]>> records = new java.util.ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
            }
            return records;
        }
    }

    /** The events of a stream, as a client reads them. */
    private static final class Events implements AutoCloseable {

        private static final String END = "end";

        private final Stream<String> lines;
        private final LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();

        Events(Stream<String> lines) {
            this.lines = lines;
            Thread.ofVirtual().start(() -> {
                try {
                    lines.forEach(received::add);
                } finally {
                    received.add(END);
                }
            });
        }

        Map<?, ?> next() throws InterruptedException {
            for (String line = take(); line != null; line = take()) {
                if (line.startsWith("data:")) {
                    return JsonMapping.mapper().readValue(line.substring("data:".length()), Map.class);
                }
            }
            throw new AssertionError("no further event");
        }

        void awaitOpen() throws InterruptedException {
            assertThat(take()).startsWith(":");
        }

        void awaitEnd() throws InterruptedException {
            String line = take();
            while (line != null && !line.equals(END)) {
                assertThat(line).doesNotStartWith("data:");
                line = take();
            }
            assertThat(line).isEqualTo(END);
        }

        private @Nullable String take() throws InterruptedException {
            return received.poll(30, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            lines.close();
        }
    }
}

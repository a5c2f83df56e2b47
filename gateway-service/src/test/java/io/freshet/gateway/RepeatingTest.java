package io.freshet.gateway;

import static io.freshet.gateway.ProblemsTest.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.ThenPush;
import io.freshet.contracts.task.TaskOptions;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Repeating the request of a stored task, and retrying what has failed. */
class RepeatingTest extends GatewayOnKafka {

    @Test
    void repeated_refresh_has_the_objects_and_options_of_the_first() {
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
    void repeated_refresh_keeps_its_then_push() {
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
    void repeated_directory_keeps_the_urls_of_its_then_push() {
        taskService.objects = List.of("https://www.example.com/d/");
        record(
                TaskKind.REFRESH,
                Selector.DIRECTORY,
                1,
                new TaskOptions(
                        false,
                        new TaskOptions.FollowingPush(new TaskId(7_002), "l1", Map.of(), List.of(URL)),
                        null,
                        null));
        Accepted accepted = accepted(repeat("acme"));
        RefreshCommand command =
                (RefreshCommand) commandOf(accepted.tasks().getFirst().taskId());
        assertThat(command.selector()).isEqualTo(Selector.DIRECTORY);
        assertThat(command.thenPush()).isNotNull().extracting(ThenPush::objects).isEqualTo(List.of(URL));
        assertThat(taskService.admissions.getFirst().pushCount()).isEqualTo(1);
    }

    @Test
    void retried_tags_keep_their_domain() {
        taskService.objects = List.of("www.example.com#a", "www.example.com#b#c");
        taskService.failedObjects = List.of("www.example.com#b#c");
        record(TaskKind.REFRESH, Selector.TAG, 2, new TaskOptions(true, null, null, null));
        Accepted accepted = accepted(send("acme", "retry", null));
        RefreshCommand command =
                (RefreshCommand) commandOf(accepted.tasks().getFirst().taskId());
        assertThat(accepted.tasks()).hasSize(1);
        assertThat(command.domain()).isEqualTo("www.example.com");
        assertThat(command.selector()).isEqualTo(Selector.TAG);
        assertThat(command.objects()).containsExactly("www.example.com#b#c");
        assertThat(command.soft()).isTrue();
    }

    @Test
    void repeated_refresh_of_everything_is_of_the_same_domain_only() {
        taskService.objects = List.of("*.img.example.com");
        record(TaskKind.REFRESH, Selector.EVERYTHING, 1, new TaskOptions(false, null, null, null));
        Accepted accepted = accepted(repeat("acme"));
        assertThat(accepted.tasks()).hasSize(1);
        RefreshCommand command =
                (RefreshCommand) commandOf(accepted.tasks().getFirst().taskId());
        assertThat(command.objects()).containsExactly("*.img.example.com");
    }

    @Test
    void repeated_push_keeps_its_tier_and_headers() {
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
    void repeated_push_finds_its_children_again() {
        taskService.objects = List.of(URL, URL + "/segment-1", URL + "/segment-2");
        record(
                TaskKind.PUSH,
                Selector.URL,
                3,
                new TaskOptions(null, null, "l1", Map.of(), null, null, null, null, null, null, null, true),
                2);
        Accepted accepted = accepted(repeat("acme"));
        PushCommand command =
                (PushCommand) commandOf(accepted.tasks().getFirst().taskId());
        assertThat(command.objects()).containsExactly(URL);
        assertThat(command.children()).isNotNull();
        assertThat(command.children().domains()).contains("www.example.com");
        assertThat(command.children().limit()).isNull();
    }

    @Test
    void repeated_push_keeps_a_start_that_is_ahead_and_starts_at_once_after_it() {
        taskService.objects = List.of(URL);
        Instant ahead = Instant.now().plusSeconds(3_600).truncatedTo(ChronoUnit.SECONDS);
        record(
                TaskKind.PUSH,
                Selector.URL,
                1,
                new TaskOptions(null, null, "l1", Map.of(), null, null, ahead, null, null, null, null, null));
        assertThat(((PushCommand) commandOf(
                                accepted(repeat("acme")).tasks().getFirst().taskId()))
                        .startAt())
                .isEqualTo(ahead);
        Instant past = Instant.now().minusSeconds(3_600);
        record(
                TaskKind.PUSH,
                Selector.URL,
                1,
                new TaskOptions(null, null, "l1", Map.of(), null, null, past, null, null, null, null, null));
        assertThat(((PushCommand) commandOf(
                                accepted(repeat("acme")).tasks().getFirst().taskId()))
                        .startAt())
                .isNull();
    }

    @Test
    void incompletely_stored_task_is_not_repeated() {
        taskService.objects = List.of(URL);
        record(TaskKind.REFRESH, Selector.URL, 2, new TaskOptions(false, null, null, null));
        problem(repeat("acme"), 409, "not-repeatable");
        record(TaskKind.REFRESH, Selector.URL, 1, null);
        problem(repeat("acme"), 409, "not-repeatable");
        problem(repeat("other"), 404, "not-found");
        assertThat(taskService.admissions).isEmpty();
    }

    @Test
    void task_that_is_not_valid_any_more_is_not_repeated() {
        taskService.objects = List.of("https://former.example.com/a");
        record(TaskKind.REFRESH, Selector.URL, 1, new TaskOptions(false, null, null, null));
        assertThat(problem(repeat("acme"), 400, "invalid-request").toString()).contains("former.example.com");
    }

    @Test
    void retried_task_has_the_failed_objects_and_names_the_task() {
        taskService.objects = List.of(URL, URL + "/1", URL + "/2");
        taskService.failedObjects = List.of(URL + "/1");
        record(TaskKind.PUSH, Selector.URL, 3, new TaskOptions(null, null, "l1", Map.of()));
        Accepted accepted = accepted(send("acme", "retry", "again"));
        PushCommand command =
                (PushCommand) commandOf(accepted.tasks().getFirst().taskId());
        assertThat(command.objects()).containsExactly(URL + "/1");
        assertThat(command.tier()).isEqualTo("l1");
        assertThat(command.retryOf()).isEqualTo(new TaskId(7_001));
        assertThat(taskService.admissions).singleElement().satisfies(admission -> {
            assertThat(admission.idempotencyKey()).isEqualTo("again");
            assertThat(admission.objectCount()).isEqualTo(1);
        });
    }

    @Test
    void repeated_retry_has_the_same_hash_and_a_repeat_another_one() {
        taskService.objects = List.of(URL);
        taskService.failedObjects = List.of(URL);
        record(TaskKind.REFRESH, Selector.URL, 1, new TaskOptions(false, null, null, null));
        accepted(send("acme", "retry", "key"));
        accepted(send("acme", "retry", "key"));
        accepted(send("acme", "repeat", "key"));
        List<String> hashes =
                taskService.admissions.stream().map(AdmissionRequest::bodyHash).toList();
        assertThat(hashes.get(1)).isEqualTo(hashes.get(0)).isNotEqualTo(hashes.get(2));
    }

    @Test
    void task_without_failed_objects_is_not_retried() {
        taskService.objects = List.of(URL);
        record(TaskKind.REFRESH, Selector.URL, 1, new TaskOptions(false, null, null, null));
        problem(send("acme", "retry", null), 409, "nothing-to-retry");
        taskService.failedObjects = List.of(URL);
        record(TaskKind.REFRESH, Selector.URL, 1, null);
        problem(send("acme", "retry", null), 409, "not-repeatable");
        problem(send("other", "retry", null), 404, "not-found");
        assertThat(taskService.admissions).isEmpty();
    }

    private static WebTestClient.ResponseSpec send(String account, String action, @Nullable String key) {
        WebTestClient.RequestBodySpec request = gateway.as(account).post().uri("/v1/tasks/7001/" + action);
        return (key == null ? request : request.header("Idempotency-Key", key)).exchange();
    }

    private static void record(TaskKind kind, Selector type, int objects, @Nullable TaskOptions options) {
        record(kind, type, objects, options, 0);
    }

    private static void record(TaskKind kind, Selector type, int objects, @Nullable TaskOptions options, int children) {
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
                        null,
                        options,
                        0,
                        0,
                        children)));
    }

    private static WebTestClient.ResponseSpec repeat(String account) {
        return gateway.as(account).post().uri("/v1/tasks/7001/repeat").exchange();
    }
}

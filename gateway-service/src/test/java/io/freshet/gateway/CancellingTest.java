package io.freshet.gateway;

import static io.freshet.gateway.ProblemsTest.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.TaskCancelled;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.message.Topics;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.kafka.ReceivedMessage;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Cancelling tasks. */
class CancellingTest extends GatewayOnKafka {

    record Cancellation(String taskId, Instant cancelledAt) {}

    @Test
    void running_task_is_cancelled_once_kafka_has_the_cancellation() {
        taskService.tasks.put("acme", List.of(view(8_001, TaskStatus.RUNNING, 40)));
        Cancellation answer = cancelled(cancel("acme", 8_001));
        assertThat(answer.taskId()).isEqualTo("8001");
        assertThat(cancellationsOf(8_001)).singleElement().satisfies(cancelled -> {
            assertThat(cancelled.account()).isEqualTo("acme");
            assertThat(cancelled.at()).isEqualTo(answer.cancelledAt());
        });
    }

    @Test
    void cancelled_task_is_not_cancelled_again() {
        taskService.tasks.put("acme", List.of(view(8_002, TaskStatus.CANCELLED, 40)));
        cancelled(cancel("acme", 8_002));
        assertThat(cancellationsOf(8_002)).isEmpty();
    }

    @Test
    void finished_task_is_not_cancelled_and_the_reason_is_said() {
        taskService.tasks.put(
                "acme", List.of(view(8_003, TaskStatus.COMPLETE, 100), view(8_004, TaskStatus.FAILED, 50)));
        assertThat(problem(cancel("acme", 8_003), 409, "not-cancellable").toString())
                .contains("Task 8003 became complete, so nothing is left to cancel.");
        assertThat(problem(cancel("acme", 8_004), 409, "not-cancellable").toString())
                .contains("Task 8004 failed, so nothing is left to cancel.");
        assertThat(cancellationsOf(8_003)).isEmpty();
        assertThat(cancellationsOf(8_004)).isEmpty();
    }

    @Test
    void task_of_another_account_is_not_found() {
        taskService.tasks.put("acme", List.of(view(8_005, TaskStatus.RUNNING, 40)));
        problem(cancel("other", 8_005), 404, "not-found");
        assertThat(cancellationsOf(8_005)).isEmpty();
    }

    @Test
    void cancellation_with_a_body_is_refused() {
        taskService.tasks.put("acme", List.of(view(8_006, TaskStatus.RUNNING, 40)));
        problem(
                gateway.as("acme")
                        .post()
                        .uri("/v1/tasks/8006/cancel")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{}")
                        .exchange(),
                400,
                "invalid-request");
        assertThat(cancellationsOf(8_006)).isEmpty();
    }

    @Test
    void stream_shows_the_cancellation() throws Exception {
        taskService.tasks.put("acme", List.of(view(8_007, TaskStatus.PENDING, 0)));
        try (Events events = new Events(gateway.lines("acme", "/v1/tasks/8007/events"))) {
            assertThat(events.next().toString()).contains("status=pending");
            await().until(() -> {
                publisher
                        .publish(progressed("acme", 8_007, new TaskTotals(2, 1, 0, 4, 6), "l1-b"))
                        .join();
                return events.hasSoon("\"status\":\"running\"");
            });
            cancelled(cancel("acme", 8_007));
            String now = String.valueOf(events.next());
            while (!now.contains("status=cancelled")) {
                now = String.valueOf(events.next());
            }
            assertThat(now).contains("completeCount=1", "laggingNodes=[]", "finishedAt=");
        }
    }

    private static WebTestClient.ResponseSpec cancel(String account, long id) {
        return gateway.as(account).post().uri("/v1/tasks/" + id + "/cancel").exchange();
    }

    private static Cancellation cancelled(WebTestClient.ResponseSpec answer) {
        return Objects.requireNonNull(answer.expectStatus()
                .isAccepted()
                .expectBody(Cancellation.class)
                .returnResult()
                .getResponseBody());
    }

    private static List<TaskCancelled> cancellationsOf(long id) {
        return records(Topics.TASK_CANCELLATIONS).stream()
                .map(record -> ReceivedMessage.read(record, TaskCancelled.class))
                .filter(cancelled -> cancelled.taskId().equals(new TaskId(id)))
                .toList();
    }
}

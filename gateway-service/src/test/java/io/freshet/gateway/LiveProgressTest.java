package io.freshet.gateway;

import static io.freshet.gateway.ProblemsTest.post;
import static io.freshet.gateway.ProblemsTest.refresh;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.task.TaskStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Streams of task events. */
class LiveProgressTest extends GatewayOnKafka {

    @Test
    void task_stream_starts_with_the_state_and_ends_when_complete() throws Exception {
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
        assertThat(running.get("laggingNodes")).isEqualTo(List.of("l1-b"));
        assertThat(running.get("domain")).isEqualTo("www.example.com");
        publisher.publish(progressed("acme", 71, new TaskTotals(1, 1, 0, 3, 3))).join();
        assertThat(events.next().get("status")).isEqualTo("complete");
        events.awaitEnd();
    }

    @Test
    void task_with_children_is_complete_when_the_task_store_says_so() throws Exception {
        taskService.tasks.put("acme", List.of(view(73, TaskStatus.PENDING, 0)));
        TaskId root = new TaskId(73);
        TaskId child = new TaskId(73 | 1L << TaskId.LOW_BITS - 1);
        Events events = new Events(gateway.lines("acme", "/v1/tasks/73/events"));
        assertThat(events.next().get("status")).isEqualTo("pending");
        taskService.tasks.put("acme", List.of(view(73, TaskStatus.RUNNING, 40)));
        publisher
                .publish(progressed("acme", 73, new TaskTotals(1, 1, 0, 3, 3)).partOf(root))
                .join();
        assertThat(events.next().get("status")).isEqualTo("running");
        assertThat(events.next().get("progress")).isEqualTo(40);
        taskService.tasks.put("acme", List.of(view(73, TaskStatus.COMPLETE, 100)));
        publisher
                .publish(progressed("acme", child.value(), new TaskTotals(1, 1, 0, 3, 3))
                        .partOf(root))
                .join();
        assertThat(events.next().get("status")).isEqualTo("complete");
        events.awaitEnd();
    }

    @Test
    void account_stream_shows_accepted_tasks_at_once() throws Exception {
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
    void following_push_is_shown_as_waiting_until_it_begins() throws Exception {
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
    void task_of_another_gateway_is_completed_from_the_task_store() throws Exception {
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
}

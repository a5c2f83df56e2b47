package io.freshet.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.message.NodeAnswer;
import io.freshet.contracts.message.NodeAnswers;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.TaskCancelled;
import io.freshet.contracts.message.TaskFailed;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.gateway.accept.RequestAccepted;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveTaskTest {

    static final TaskId ID = TaskId.parse("912345678901234567");
    private static final Instant AT = Instant.parse("2026-11-22T10:15:30Z");

    private final LiveTask task = new LiveTask(ID);

    @Test
    void event_before_the_stored_task_has_no_stored_fields() {
        task.merge(event(new TaskTotals(2, 1, 0, 5, 6), missing(1, "l1-b")));
        TaskState state = task.state();
        assertThat(state.status()).isEqualTo(TaskStatus.RUNNING);
        assertThat(state.progress()).isEqualTo(83);
        assertThat(state.completeCount()).isEqualTo(1);
        assertThat(state.laggingNodes()).containsExactly("l1-b");
        assertThat(state.createdAt()).isEqualTo(ID.madeAt());
        assertThat(state.domain()).isNull();
        assertThat(task.isStored()).isFalse();
        task.merge(view(TaskStatus.PENDING, 0, 0, List.of()));
        assertThat(task.state().domain()).isEqualTo("www.example.com");
        assertThat(task.state().progress())
                .as("an older snapshot takes nothing back")
                .isEqualTo(83);
        assertThat(task.state().laggingNodes()).containsExactly("l1-b");
    }

    @Test
    void accepted_task_is_pending_until_an_event_arrives() {
        TaskId refresh = new TaskId(7);
        task.merge(
                new RequestAccepted.PendingTask(
                        ID, TaskKind.PUSH, Selector.URL, "www.example.com", 2, TaskView.waitsFor(refresh)),
                AT);
        assertThat(task.isStored()).isTrue();
        assertThat(task.state())
                .isEqualTo(new TaskState(
                        ID,
                        TaskKind.PUSH,
                        Selector.URL,
                        "www.example.com",
                        TaskStatus.PENDING,
                        0,
                        2,
                        0,
                        0,
                        List.of(),
                        TaskView.waitsFor(refresh),
                        AT,
                        null));
        task.merge(event(new TaskTotals(2, 0, 0, 1, 6)));
        assertThat(task.state().status()).isEqualTo(TaskStatus.RUNNING);
        assertThat(task.state().description()).isNull();
    }

    @Test
    void counts_never_decrease_when_another_worker_starts_over() {
        task.merge(event(new TaskTotals(2, 1, 0, 5, 6)));
        task.merge(event(new TaskTotals(2, 0, 0, 1, 6)));
        assertThat(task.state().progress()).isEqualTo(83);
        assertThat(task.state().completeCount()).isEqualTo(1);
    }

    @Test
    void cancelled_task_counts_what_was_in_flight_and_waits_for_no_node() {
        task.merge(event(new TaskTotals(3, 1, 0, 5, 9), missing(1, "l1-b")));
        task.merge(new TaskCancelled(ID, "acme", AT));
        assertThat(task.state().status()).isEqualTo(TaskStatus.CANCELLED);
        assertThat(task.state().finishedAt()).isEqualTo(AT);
        assertThat(task.state().laggingNodes()).isEmpty();
        task.merge(event(new TaskTotals(3, 2, 0, 6, 9), missing(2, "l1-b")));
        assertThat(task.state().status()).isEqualTo(TaskStatus.CANCELLED);
        assertThat(task.state().completeCount()).isEqualTo(2);
        task.merge(event(new TaskTotals(3, 3, 0, 9, 9)));
        assertThat(task.state().status()).as("everything was in flight").isEqualTo(TaskStatus.COMPLETE);
    }

    @Test
    void cancellation_of_a_finished_task_has_no_effect() {
        task.merge(event(new TaskTotals(2, 1, 1, 5, 6), missing(1, "l1-b")));
        task.merge(new TaskCancelled(ID, "acme", AT));
        assertThat(task.state().status()).isEqualTo(TaskStatus.FAILED);
    }

    @Test
    void progress_is_100_only_when_every_object_is_complete() {
        task.merge(event(new TaskTotals(1_000, 999, 0, 2_999, 3_000)));
        assertThat(task.state().progress()).isEqualTo(99);
        task.merge(event(new TaskTotals(1_000, 999, 0, 3_000, 3_000)));
        assertThat(task.state().progress()).isEqualTo(99);
        assertThat(task.state().finishedAt()).isNull();
        task.merge(event(new TaskTotals(1_000, 1_000, 0, 3_000, 3_000)));
        assertThat(task.state().progress()).isEqualTo(100);
        assertThat(task.state().status()).isEqualTo(TaskStatus.COMPLETE);
        assertThat(task.state().finishedAt()).isEqualTo(AT);
    }

    @Test
    void lagging_node_is_listed_until_no_object_misses_it() {
        task.merge(event(new TaskTotals(3, 0, 0, 3, 9), missing(0, "b"), missing(1, "b", "c"), missing(2, "c")));
        assertThat(task.state().laggingNodes()).containsExactly("b", "c");
        task.merge(event(new TaskTotals(3, 1, 0, 6, 9), missing(0), missing(1, "c")));
        assertThat(task.state().laggingNodes())
                .as("object 2 has no newer event")
                .containsExactly("c");
        task.merge(event(new TaskTotals(3, 3, 0, 9, 9), missing(1), missing(2)));
        assertThat(task.state().laggingNodes()).isEmpty();
    }

    @Test
    void failed_task_may_become_complete_but_not_vice_versa() {
        task.merge(event(new TaskTotals(1, 0, 1, 2, 3), missing(0, "l1-a")));
        assertThat(task.state().status()).isEqualTo(TaskStatus.FAILED);
        assertThat(task.state().failedCount()).isEqualTo(1);
        task.merge(event(new TaskTotals(1, 0, 0, 2, 3), missing(0, "l1-a")));
        assertThat(task.state().status()).as("only catch-up ends a failure").isEqualTo(TaskStatus.FAILED);
        task.merge(event(new TaskTotals(1, 1, 0, 3, 3), missing(0)));
        assertThat(task.state().status()).isEqualTo(TaskStatus.COMPLETE);
        assertThat(task.state().failedCount()).isZero();
        task.merge(new TaskFailed(ID, "acme", "too late", AT));
        task.merge(view(TaskStatus.RUNNING, 50, 0, List.of("l1-a")));
        assertThat(task.state().status()).isEqualTo(TaskStatus.COMPLETE);
        assertThat(task.state().progress()).isEqualTo(100);
        assertThat(task.state().laggingNodes()).isEmpty();
    }

    @Test
    void complete_task_fails_while_a_look_finds_an_old_copy_again() {
        ObjectState applied = new ObjectState(0, Phase.APPLIED, List.of(), 3, null, 0);
        task.merge(event(new TaskTotals(2, 2, 0, 6, 6), applied));
        ObjectState found = new ObjectState(0, Phase.FAILED, List.of("l1-b"), 3, "l1-b still serves it", 0);
        task.merge(new ObjectsProgressed(
                ID,
                "acme",
                List.of(found),
                new TaskTotals(2, 1, 1, 5, 6),
                AT,
                NodeAnswers.of(Map.of(NodeAnswer.STILL_SERVED, Map.of("l1-b", BitSet.valueOf(new long[] {1}))))));
        assertThat(task.state())
                .returns(TaskStatus.FAILED, TaskState::status)
                .returns(99, TaskState::progress)
                .returns(1, TaskState::completeCount)
                .returns(1, TaskState::failedCount)
                .returns(List.of("l1-b"), TaskState::laggingNodes);
        task.merge(view(TaskStatus.COMPLETE, 100, 2, List.of()));
        assertThat(task.state().status()).as("the store had not read of it").isEqualTo(TaskStatus.FAILED);
        ObjectState settled = new ObjectState(0, Phase.SETTLED, List.of(), 3, null, 0);
        task.merge(event(new TaskTotals(2, 1, 0, 3, 6), settled));
        assertThat(task.state())
                .returns(TaskStatus.COMPLETE, TaskState::status)
                .returns(100, TaskState::progress)
                .returns(List.of(), TaskState::laggingNodes);
    }

    @Test
    void dead_letter_fails_the_task_with_its_reason() {
        task.merge(view(TaskStatus.PENDING, 0, 0, List.of()));
        task.merge(new TaskFailed(ID, "acme", "not of type refresh.v1", AT));
        assertThat(task.state().status()).isEqualTo(TaskStatus.FAILED);
        assertThat(task.state().description()).isEqualTo("not of type refresh.v1");
    }

    static ObjectsProgressed event(TaskTotals totals, ObjectState... objects) {
        return new ObjectsProgressed(ID, "acme", List.of(objects), totals, AT);
    }

    private static ObjectState missing(int index, String... nodes) {
        return new ObjectState(index, nodes.length == 0 ? Phase.SETTLED : Phase.RUNNING, List.of(nodes), 3, null, 0);
    }

    private static TaskView view(TaskStatus status, int progress, int complete, List<String> late) {
        return new TaskView(
                ID,
                TaskKind.REFRESH,
                Selector.URL,
                "www.example.com",
                status,
                progress,
                2,
                complete,
                0,
                late,
                null,
                AT,
                null,
                null,
                null);
    }
}

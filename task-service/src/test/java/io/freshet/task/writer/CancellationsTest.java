package io.freshet.task.writer;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.TaskCancelled;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.message.ThenPush;
import io.freshet.contracts.task.ObjectView;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
import io.freshet.task.TaskIds;
import io.freshet.task.admission.Charges;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Cancelled tasks in the task store, and what they give back to the quota. */
@ServiceTest
class CancellationsTest {

    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final int OBJECTS = 4;

    @Autowired
    BatchWriter writer;

    @Autowired
    Service service;

    @Autowired
    Charges charges;

    @Autowired
    JdbcClient jdbc;

    final String account = "account-" + UUID.randomUUID();
    final TaskId task = TaskIds.next();
    final TaskId push = TaskIds.next();

    @Test
    void running_task_is_cancelled_with_its_unfinished_objects() {
        write(refresh(task, null));
        write(progressed(task, settled(0), failed(1), state(2, Phase.RUNNING, "l1-a")));
        write(cancelled(task));

        TaskView view = service.task(account, task);
        assertThat(view.status()).isEqualTo(TaskStatus.CANCELLED);
        assertThat(view.finishedAt()).isEqualTo(START);
        assertThat(view.laggingNodes()).isEmpty();
        assertThat(service.objects(account, task).objects())
                .extracting(ObjectView::status)
                .containsExactly(TaskStatus.COMPLETE, TaskStatus.FAILED, TaskStatus.CANCELLED, TaskStatus.CANCELLED);
        assertThat(service.get("/tasks/" + task + "/objects?status=cancelled&account=" + account)
                        .json()
                        .get("objects"))
                .hasSize(2);
        assertThat(service.tasks(account, "&status=cancelled").tasks()).hasSize(1);
    }

    @Test
    void requests_in_flight_are_counted_after_the_cancellation() {
        write(refresh(task, null));
        write(cancelled(task));
        write(progressed(task, settled(0), settled(1)));
        assertThat(service.task(account, task).completeCount()).isEqualTo(2);
        assertThat(service.task(account, task).status()).isEqualTo(TaskStatus.CANCELLED);
        write(progressed(task, settled(2), settled(3)));
        assertThat(service.task(account, task).status())
                .as("nothing was left to cancel")
                .isEqualTo(TaskStatus.COMPLETE);
    }

    @Test
    void another_accounts_cancellation_has_no_effect() {
        write(refresh(task, null));
        write(new TaskCancelled(task, "other-" + account, START));
        assertThat(service.task(account, task).status()).isEqualTo(TaskStatus.PENDING);
    }

    @Test
    void cancelled_objects_are_failed_objects_for_aliyun_with_the_reason() {
        write(refresh(task, null), progressed(task, settled(0), state(1, Phase.RUNNING, "l1-a")));
        write(cancelled(task));
        assertThat(rows("failed")).hasSize(3).allMatch(row -> row.contains("CANCELLED cancelled"));
        assertThat(rows("open")).isEmpty();
        assertThat(rows("complete")).hasSize(1);
    }

    private List<String> rows(String outcome) {
        List<String> rows = new ArrayList<>();
        service.get("/objects?account=" + account + "&outcome=" + outcome)
                .json()
                .get("objects")
                .forEach(row -> rows.add(row.get("status").asString().toUpperCase() + " "
                        + (row.get("description") == null
                                ? ""
                                : row.get("description").asString())));
        return rows;
    }

    @Test
    void unsent_objects_are_given_back_once() {
        service.admitted(Service.request(account, null, 10, task, OBJECTS));
        write(refresh(task, null));
        write(progressed(
                task, settled(0), failed(1), state(2, Phase.RUNNING, "l1-a"), state(3, Phase.PENDING, "l1-a")));
        write(cancelled(task));
        assertThat(used(QuotaKind.URL)).isEqualTo(4);
        refund(task);
        refund(task);
        assertThat(used(QuotaKind.URL)).isEqualTo(3);
        write(cancelled(task), refresh(task, null));
        assertThat(used(QuotaKind.URL)).isEqualTo(3);
    }

    @Test
    void object_that_turns_out_to_have_been_sent_is_charged_again() {
        write(refresh(task, null));
        write(cancelled(task));
        refund(task);
        assertThat(used(QuotaKind.URL)).isZero();
        write(progressed(task, state(2, Phase.RUNNING, "l1-a")));
        assertThat(used(QuotaKind.URL)).isEqualTo(1);
        write(progressed(task, settled(0), settled(1), settled(2), settled(3)));
        assertThat(used(QuotaKind.URL)).isEqualTo(4);
    }

    @Test
    void task_that_was_cancelled_before_its_command_is_read_is_charged_nothing() {
        write(cancelled(task));
        refund(task);
        write(progressed(task, state(0, Phase.PENDING, "l1-a")));
        write(refresh(task, null));
        assertThat(service.task(account, task).status()).isEqualTo(TaskStatus.CANCELLED);
        assertThat(used(QuotaKind.URL)).isZero();
    }

    @Test
    void waiting_push_is_cancelled_with_its_refresh_and_given_back() {
        write(refresh(task, new ThenPush(push, "l2", Map.of())));
        assertThat(used(QuotaKind.PUSH)).isEqualTo(OBJECTS);
        write(cancelled(task));
        TaskView waiting = service.task(account, push);
        assertThat(waiting.status()).isEqualTo(TaskStatus.CANCELLED);
        assertThat(waiting.description()).isEqualTo("cancelled with its refresh " + task);
        refund(push);
        assertThat(used(QuotaKind.PUSH)).isZero();
    }

    @Test
    void push_that_was_published_before_its_refresh_was_cancelled_runs_and_is_charged() {
        RefreshCommand refresh = refresh(task, new ThenPush(push, "l2", Map.of()));
        write(refresh, cancelled(task));
        refund(push);
        write(requireNonNull(refresh.thenPush()).command(refresh));
        assertThat(service.task(account, push).status()).isEqualTo(TaskStatus.PENDING);
        assertThat(used(QuotaKind.PUSH)).isEqualTo(OBJECTS);
    }

    @Test
    void waiting_push_that_is_cancelled_itself_stays_cancelled() {
        RefreshCommand refresh = refresh(task, new ThenPush(push, "l2", Map.of()));
        write(refresh, cancelled(push));
        write(requireNonNull(refresh.thenPush()).command(refresh));
        assertThat(service.task(account, push).status()).isEqualTo(TaskStatus.CANCELLED);
        assertThat(service.task(account, task).status()).isEqualTo(TaskStatus.PENDING);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void the_final_state_depends_on_neither_order_nor_repetition(long seed) {
        List<Function<TaskId, Message>> messages = new ArrayList<>();
        messages.add(id -> refresh(id, null));
        messages.add(this::cancelled);
        messages.add(id -> progressed(id, state(0, Phase.PENDING, "l1-a", "l2-a"), settled(1)));
        if ((seed & 1) == 0) {
            messages.add(id -> progressed(id, settled(0), settled(2)));
        }
        if ((seed & 2) == 0) {
            messages.add(id -> progressed(id, failed(3)));
        }
        if ((seed & 4) == 0) {
            messages.add(id -> progressed(id, state(2, Phase.RUNNING, "l1-a", "l2-a")));
        }
        Random random = new Random(seed);
        String expected = endOf(messages, new Random(0));
        for (int i = 0; i < 12; i++) {
            List<Function<TaskId, Message>> shuffled = new ArrayList<>(messages);
            for (int more = random.nextInt(5); more > 0; more--) {
                shuffled.add(messages.get(random.nextInt(messages.size())));
            }
            Collections.shuffle(shuffled, random);
            assertThat(endOf(shuffled, random)).isEqualTo(expected);
        }
    }

    private String endOf(List<Function<TaskId, Message>> messages, Random random) {
        TaskId id = TaskIds.next();
        long before = used(QuotaKind.URL);
        List<Message> left =
                new ArrayList<>(messages.stream().map(m -> m.apply(id)).toList());
        boolean refunded = false;
        while (!left.isEmpty()) {
            List<Message> batch = left.subList(0, 1 + random.nextInt(left.size()));
            write(batch.toArray(Message[]::new));
            batch.clear();
            if (!refunded && random.nextBoolean()) {
                refund(id);
                refunded = true;
            }
        }
        refund(id);
        TaskView view = service.task(account, id);
        return String.join(
                "\n",
                view.status().toString(),
                "complete " + view.completeCount() + ", failed " + view.failedCount() + ", " + view.laggingNodes(),
                "charged " + (used(QuotaKind.URL) - before),
                service.objects(account, id).objects().toString());
    }

    /** Does what the periodic job does when the refund is due. */
    private void refund(TaskId id) {
        jdbc.sql("update task set refunded_unsent = true where id = :id and cancelled_at is not null")
                .param("id", id.value())
                .update();
        charges.adjustUnsent(List.of(id.value()));
    }

    private long used(QuotaKind quota) {
        return service.used(account, quota);
    }

    private void write(Message... messages) {
        writer.write(MessageRecords.of(Instant.now(), messages));
    }

    private TaskCancelled cancelled(TaskId id) {
        return new TaskCancelled(id, account, START);
    }

    private RefreshCommand refresh(TaskId id, @Nullable ThenPush thenPush) {
        return new RefreshCommand(
                id,
                account,
                "www.example.com",
                Selector.URL,
                IntStream.range(0, OBJECTS)
                        .mapToObj(i -> "https://www.example.com/" + i)
                        .toList(),
                false,
                Instant.now(),
                thenPush);
    }

    private ObjectsProgressed progressed(TaskId id, ObjectState... states) {
        return new ObjectsProgressed(id, account, List.of(states), new TaskTotals(OBJECTS, 0, 0, 0, 0), START);
    }

    private static ObjectState settled(int index) {
        return new ObjectState(index, Phase.SETTLED, List.of(), 2, null, 0);
    }

    private static ObjectState failed(int index) {
        return state(index, Phase.FAILED, "l1-a");
    }

    private static ObjectState state(int index, Phase phase, String... missing) {
        return new ObjectState(index, phase, List.of(missing), 2, null, 0);
    }
}

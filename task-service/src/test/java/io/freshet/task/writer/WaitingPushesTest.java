package io.freshet.task.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.TaskFailed;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.message.ThenPush;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
import io.freshet.task.TaskIds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@ServiceTest
class WaitingPushesTest {

    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    @Autowired
    BatchWriter writer;

    @Autowired
    Service service;

    @Autowired
    JdbcClient jdbc;

    final String account = "account-" + UUID.randomUUID();
    final Pair pair = new Pair(TaskIds.next(), TaskIds.next());

    /** A refresh and the push that follows it. */
    private record Pair(TaskId refresh, TaskId push) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void the_final_state_depends_on_neither_order_nor_repetition(long seed) {
        List<Function<Pair, Message>> messages = new ArrayList<>();
        messages.add(this::refresh);
        if ((seed & 1) == 0) {
            messages.add(this::push);
            messages.add(ids -> progressed(ids.push(), state(0, Phase.SETTLED)));
        }
        if ((seed & 2) == 0) {
            messages.add(ids -> new TaskFailed(ids.refresh(), account, "too hot", START));
        }
        if ((seed & 4) == 0) {
            messages.add(ids -> new TaskFailed(ids.push(), account, "too cold", START));
        }
        Random random = new Random(seed);
        String expected = endOf(messages, new Random(0));
        for (int i = 0; i < 12; i++) {
            List<Function<Pair, Message>> shuffled = new ArrayList<>(messages);
            for (int more = random.nextInt(5); more > 0; more--) {
                shuffled.add(messages.get(random.nextInt(messages.size())));
            }
            Collections.shuffle(shuffled, random);
            assertThat(endOf(shuffled, random)).isEqualTo(expected);
        }
    }

    /** Returns the visible state of the push after all messages were written in batches of random size. */
    private String endOf(List<Function<Pair, Message>> messages, Random random) {
        Pair ids = new Pair(TaskIds.next(), TaskIds.next());
        long used = service.used(account, QuotaKind.PUSH);
        List<Message> left =
                new ArrayList<>(messages.stream().map(m -> m.apply(ids)).toList());
        while (!left.isEmpty()) {
            List<Message> batch = left.subList(0, 1 + random.nextInt(left.size()));
            write(batch.toArray(Message[]::new));
            batch.clear();
        }
        TaskView view = service.task(account, ids.push());
        return String.join(
                        "\n",
                        List.of(
                                view.status().toString(),
                                "progress " + view.progress(),
                                "complete " + view.completeCount() + ", failed " + view.failedCount(),
                                "finished " + view.finishedAt(),
                                "described " + view.description(),
                                "charged " + (service.used(account, QuotaKind.PUSH) - used),
                                service.objects(account, ids.push()).objects().toString()))
                .replace(ids.refresh().toString(), "ID");
    }

    @Test
    void a_push_without_admission_is_created_and_charged_with_its_refresh() {
        service.admitted(Service.thenPush(Service.request(account, null, 5, TaskIds.next(), 5), 5, TaskIds.next()));

        write(refresh(pair), refresh(pair));

        TaskView waiting = service.task(account, pair.push());
        assertThat(waiting.status()).isEqualTo(TaskStatus.PENDING);
        assertThat(waiting.objectCount()).isEqualTo(2);
        assertThat(waiting.description()).isEqualTo("waits for refresh " + pair.refresh() + " to settle");
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(7);
        assertThat(service.used(account, QuotaKind.PUSH)).isEqualTo(7);
    }

    @Test
    void an_admitted_task_is_not_charged_again_by_its_command() {
        service.admitted(Service.thenPush(Service.request(account, null, 5, pair.refresh(), 2), 5, pair.push()));

        write(refresh(pair));
        write(push(pair));

        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(2);
        assertThat(service.used(account, QuotaKind.PUSH)).isEqualTo(2);
    }

    @Test
    void the_timeout_of_a_waiting_push_starts_with_its_own_command() {
        write(START, refresh(pair));
        write(START.plusSeconds(3_600), push(pair));

        TaskView push = service.task(account, pair.push());
        assertThat(push.status()).isEqualTo(TaskStatus.PENDING);
        assertThat(push.description()).isNull();
        assertThat(service.objects(account, pair.push()).objects()).hasSize(2);
        assertThat(jdbc.sql("select appended_at from task where id = :id")
                        .param("id", pair.push().value())
                        .query(Instant.class)
                        .single())
                .isEqualTo(START.plusSeconds(3_600));
    }

    @Test
    void a_refresh_that_fails_as_a_whole_fails_its_push_and_tells_why() {
        write(refresh(pair));
        write(new TaskFailed(pair.refresh(), account, "too hot", START));

        TaskView push = service.task(account, pair.push());
        assertThat(push.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(push.description()).isEqualTo("its refresh " + pair.refresh() + " failed: too hot");
        assertThat(push.finishedAt()).isEqualTo(START);
        assertThat(service.task(account, pair.refresh()).description()).isEqualTo("too hot");
    }

    @Test
    void a_push_fails_with_its_refresh_although_the_command_was_unreadable() {
        service.admitted(Service.thenPush(Service.request(account, null, 5, pair.refresh(), 2), 5, pair.push()));

        write(new TaskFailed(pair.refresh(), account, "unreadable", START));

        assertThat(service.task(account, pair.push()).status()).isEqualTo(TaskStatus.FAILED);
        assertThat(service.task(account, pair.push()).description()).endsWith("failed: unreadable");
    }

    @Test
    void a_push_keeps_waiting_for_a_refresh_whose_objects_failed() {
        write(refresh(pair));
        write(progressed(pair.refresh(), state(0, Phase.FAILED, "l1-a"), state(1, Phase.FAILED, "l1-a")));

        assertThat(service.task(account, pair.refresh()).status()).isEqualTo(TaskStatus.FAILED);
        assertThat(service.task(account, pair.push()).status()).isEqualTo(TaskStatus.PENDING);
    }

    @Test
    void a_failed_push_is_revived_by_its_command() {
        write(refresh(pair), new TaskFailed(pair.refresh(), account, "too hot", START));
        assertThat(service.task(account, pair.push()).status()).isEqualTo(TaskStatus.FAILED);

        write(push(pair));

        TaskView revived = service.task(account, pair.push());
        assertThat(revived.status()).isEqualTo(TaskStatus.PENDING);
        assertThat(revived.description()).isNull();
        assertThat(revived.finishedAt()).isNull();
        write(progressed(pair.push(), state(0, Phase.SETTLED), state(1, Phase.RUNNING, "l2-a")));
        assertThat(service.task(account, pair.push()).status()).isEqualTo(TaskStatus.RUNNING);
    }

    private RefreshCommand refresh(Pair ids) {
        return new RefreshCommand(
                ids.refresh(),
                account,
                "www.example.com",
                Selector.URL,
                List.of("https://www.example.com/a", "https://www.example.com/b"),
                false,
                Instant.now(),
                new ThenPush(ids.push(), "l2", Map.of()));
    }

    private Message push(Pair ids) {
        return new ThenPush(ids.push(), "l2", Map.of()).command(refresh(ids));
    }

    private ObjectsProgressed progressed(TaskId task, ObjectState... states) {
        return new ObjectsProgressed(task, account, List.of(states), new TaskTotals(0, 0, 0, 0, 0), START);
    }

    private static ObjectState state(int index, Phase phase, String... missing) {
        return new ObjectState(index, phase, List.of(missing), 3, null, 0);
    }

    private void write(Message... messages) {
        write(Instant.now(), messages);
    }

    private void write(Instant appendedAt, Message... messages) {
        writer.write(MessageRecords.of(appendedAt, messages));
    }
}

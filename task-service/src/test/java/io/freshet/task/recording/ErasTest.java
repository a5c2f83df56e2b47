package io.freshet.task.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.task.TaskView;
import io.freshet.task.Ids;
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

@ServiceTest
class ErasTest {

    @Autowired
    BatchWriter writer;

    @Autowired
    Service service;

    @Autowired
    JdbcTemplate jdbc;

    @Autowired
    TransactionTemplate transaction;

    final String account = "account-" + UUID.randomUUID();
    final String object = "https://www.example.com/" + account;

    /** Full with three objects. */
    private ObjectNames small;

    @BeforeEach
    void small() {
        small = new ObjectNames(jdbc, new Eras(jdbc, 3));
    }

    private record Range(long first, long last) {}

    @Test
    void an_era_that_is_full_is_followed_by_the_next_and_tells_which_tasks_it_has() {
        List<Command> commands = Stream.generate(() -> command(2))
                .limit(5)
                .map(Command.class::cast)
                .toList();
        commands.forEach(this::copy);
        List<Integer> eras = commands.stream().map(this::era).toList();
        int first = eras.getFirst();
        int second = eras.get(2);
        int third = eras.get(4);
        assertThat(eras).containsExactly(first, first, second, second, third);
        assertThat(List.of(0, first, second, third)).doesNotHaveDuplicates().isSorted();
        assertThat(range(first)).isEqualTo(new Range(id(commands.get(0)), id(commands.get(1))));
        assertThat(range(second)).isEqualTo(new Range(id(commands.get(2)), id(commands.get(3))));
        assertThat(range(third)).isEqualTo(new Range(id(commands.get(4)), id(commands.get(4))));
    }

    @Test
    void an_older_task_widens_its_era_too() {
        Command older = command(1);
        Command newer = command(1);
        copy(newer);
        copy(older);
        assertThat(era(older)).isEqualTo(era(newer));
        assertThat(range(era(older))).isEqualTo(new Range(id(older), id(newer)));
    }

    @Test
    void what_is_rolled_back_leaves_no_era_and_comes_again_with_one() {
        Command command = command(1);
        int before = eras();
        rollBack(command);
        assertThat(eras()).isEqualTo(before);
        copy(command);
        assertThat(range(era(command))).isEqualTo(new Range(id(command), id(command)));
        Command next = command(1);
        rollBack(next);
        assertThat(range(era(command))).isEqualTo(new Range(id(command), id(command)));
        copy(next);
        assertThat(era(next)).isEqualTo(era(command));
        assertThat(range(era(next))).isEqualTo(new Range(id(command), id(next)));
    }

    @Test
    void an_era_that_has_expired_is_not_written_again() {
        Command old = command(1);
        copy(old);
        jdbc.update("delete from object_era where era = ?", era(old));
        Command command = command(1);
        copy(command);
        assertThat(era(command)).isGreaterThan(era(old));
        assertThat(range(era(command))).isEqualTo(new Range(id(command), id(command)));
    }

    @Test
    void consumers_do_not_wait_for_each_other() {
        copy(command(1));
        Command mine = command(1);
        Command others = command(1);
        transaction.executeWithoutResult(_ -> {
            small.copy(List.of(mine));
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                assertThat(threads.submit(() -> copy(others))).succeedsWithin(30, TimeUnit.SECONDS);
            }
        });
        assertThat(era(others)).isNotEqualTo(era(mine));
    }

    @Test
    void an_object_is_found_in_all_eras_newest_first_and_also_if_its_events_came_first() {
        RefreshCommand first = command(1);
        RefreshCommand second = command(1);
        RefreshCommand third = command(1);
        write(progressed(second));
        write(second, third);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // Another consumer, which has an era of its own.
            assertThat(threads.submit(() -> write(first))).succeedsWithin(30, TimeUnit.SECONDS);
        }
        assertThat(era(second)).isPositive().isEqualTo(era(third)).isNotEqualTo(era(first));
        assertThat(found()).containsExactly(third.taskId(), second.taskId(), first.taskId());
    }

    @Test
    void an_object_from_before_there_were_eras_is_found() {
        RefreshCommand old = command(1);
        RefreshCommand other = command(1);
        write(old);
        jdbc.update("update task_object set era = 0 where task_id = ?", id(old));
        write(other);
        assertThat(found()).containsExactly(other.taskId(), old.taskId());
        write(old, progressed(old), old);
        assertThat(era(old)).isZero();
        assertThat(found()).containsExactly(other.taskId(), old.taskId());
    }

    @Test
    void commands_that_come_again_are_where_they_were() {
        RefreshCommand command = command(2);
        write(command);
        int era = era(command);
        write(command, progressed(command), command);
        write(command);
        assertThat(era(command)).isEqualTo(era);
        assertThat(found()).containsExactly(command.taskId());
    }

    @Test
    void a_batch_that_failed_is_recorded_when_it_comes_again() {
        RefreshCommand good = command(1);
        RefreshCommand unfit = new RefreshCommand(
                Ids.next(), account, "www.example.com", Selector.URL, List.of("\u0000"), false, Instant.now());
        assertThatThrownBy(() -> write(good, unfit)).hasMessageContaining("0x00");
        assertThat(found()).isEmpty();
        write(good);
        assertThat(found()).containsExactly(good.taskId());
    }

    private List<TaskId> found() {
        String filter = "&object=" + URLEncoder.encode(object, StandardCharsets.UTF_8);
        return service.tasks(account, filter).tasks().stream()
                .map(TaskView::taskId)
                .toList();
    }

    /** The first of its objects is the same in all. */
    private RefreshCommand command(int objects) {
        List<String> urls =
                Stream.iterate(object, url -> url + "-").limit(objects).toList();
        return new RefreshCommand(Ids.next(), account, "www.example.com", Selector.URL, urls, false, Instant.now());
    }

    private ObjectsProgressed progressed(RefreshCommand command) {
        ObjectState state = new ObjectState(0, Phase.SETTLED, List.of(), 3, null, 0);
        return new ObjectsProgressed(
                command.taskId(), account, List.of(state), new TaskTotals(1, 1, 0, 3, 3), Instant.now());
    }

    private void copy(Command command) {
        transaction.executeWithoutResult(_ -> small.copy(List.of(command)));
    }

    private void rollBack(Command command) {
        transaction.executeWithoutResult(status -> {
            small.copy(List.of(command));
            status.setRollbackOnly();
        });
    }

    private void write(Message... messages) {
        writer.write(Entries.of(Instant.now(), messages));
    }

    private static long id(Command command) {
        return command.taskId().value();
    }

    private int era(Command command) {
        return number("select distinct era from task_object where task_id = ?", id(command));
    }

    private int eras() {
        return number("select count(*)::int from object_era");
    }

    private int number(String sql, Object... parameters) {
        return jdbc.queryForList(sql, Integer.class, parameters).getFirst();
    }

    private Range range(int era) {
        return jdbc.query(
                        "select first_task, last_task from object_era where era = ?",
                        (row, _) -> new Range(row.getLong(1), row.getLong(2)),
                        era)
                .getFirst();
    }
}

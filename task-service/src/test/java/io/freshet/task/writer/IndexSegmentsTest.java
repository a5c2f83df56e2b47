package io.freshet.task.writer;

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
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
import io.freshet.task.TaskIds;
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
class IndexSegmentsTest {

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

    /** Segments that are full with three objects. */
    private ObjectNameWriter small;

    @BeforeEach
    void small() {
        small = new ObjectNameWriter(jdbc, new IndexSegments(jdbc, 3));
    }

    private record Range(long first, long last) {}

    @Test
    void a_full_segment_is_followed_by_the_next_and_has_the_range_of_its_tasks() {
        List<Command> commands = Stream.generate(() -> command(2))
                .limit(5)
                .map(Command.class::cast)
                .toList();
        commands.forEach(this::copy);
        List<Integer> segments = commands.stream().map(this::segment).toList();
        int first = segments.getFirst();
        int second = segments.get(2);
        int third = segments.get(4);
        assertThat(segments).containsExactly(first, first, second, second, third);
        assertThat(List.of(0, first, second, third)).doesNotHaveDuplicates().isSorted();
        assertThat(range(first)).isEqualTo(new Range(id(commands.get(0)), id(commands.get(1))));
        assertThat(range(second)).isEqualTo(new Range(id(commands.get(2)), id(commands.get(3))));
        assertThat(range(third)).isEqualTo(new Range(id(commands.get(4)), id(commands.get(4))));
    }

    @Test
    void an_older_task_widens_its_segment() {
        Command older = command(1);
        Command newer = command(1);
        copy(newer);
        copy(older);
        assertThat(segment(older)).isEqualTo(segment(newer));
        assertThat(range(segment(older))).isEqualTo(new Range(id(older), id(newer)));
    }

    @Test
    void a_rolled_back_transaction_leaves_no_segment_and_its_retry_creates_one() {
        Command command = command(1);
        int before = segments();
        rollBack(command);
        assertThat(segments()).isEqualTo(before);
        copy(command);
        assertThat(range(segment(command))).isEqualTo(new Range(id(command), id(command)));
        Command next = command(1);
        rollBack(next);
        assertThat(range(segment(command))).isEqualTo(new Range(id(command), id(command)));
        copy(next);
        assertThat(segment(next)).isEqualTo(segment(command));
        assertThat(range(segment(next))).isEqualTo(new Range(id(command), id(next)));
    }

    @Test
    void a_removed_segment_is_not_written_again() {
        Command old = command(1);
        copy(old);
        jdbc.update("delete from index_segment where segment = ?", segment(old));
        Command command = command(1);
        copy(command);
        assertThat(segment(command)).isGreaterThan(segment(old));
        assertThat(range(segment(command))).isEqualTo(new Range(id(command), id(command)));
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
        assertThat(segment(others)).isNotEqualTo(segment(mine));
    }

    @Test
    void an_object_is_found_in_all_segments_newest_first() {
        RefreshCommand first = command(1);
        RefreshCommand second = command(1);
        RefreshCommand third = command(1);
        write(progressed(second));
        write(second, third);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // Another consumer, which has a segment of its own.
            assertThat(threads.submit(() -> write(first))).succeedsWithin(30, TimeUnit.SECONDS);
        }
        assertThat(segment(second)).isPositive().isEqualTo(segment(third)).isNotEqualTo(segment(first));
        assertThat(found()).containsExactly(third.taskId(), second.taskId(), first.taskId());
    }

    @Test
    void an_object_of_segment_0_is_found() {
        RefreshCommand old = command(1);
        RefreshCommand other = command(1);
        write(old);
        jdbc.update("update task_object set segment = 0 where task_id = ?", id(old));
        write(other);
        assertThat(found()).containsExactly(other.taskId(), old.taskId());
        write(old, progressed(old), old);
        assertThat(segment(old)).isZero();
        assertThat(found()).containsExactly(other.taskId(), old.taskId());
    }

    @Test
    void objects_of_a_repeated_command_stay_in_their_segment() {
        RefreshCommand command = command(2);
        write(command);
        int segment = segment(command);
        write(command, progressed(command), command);
        write(command);
        assertThat(segment(command)).isEqualTo(segment);
        assertThat(found()).containsExactly(command.taskId());
    }

    @Test
    void a_failed_batch_is_written_when_it_is_retried() {
        RefreshCommand good = command(1);
        RefreshCommand unfit = new RefreshCommand(
                TaskIds.next(), account, "www.example.com", Selector.URL, List.of("\u0000"), false, Instant.now());
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

    /** A command whose first object is the same in all. */
    private RefreshCommand command(int objects) {
        List<String> urls =
                Stream.iterate(object, url -> url + "-").limit(objects).toList();
        return new RefreshCommand(TaskIds.next(), account, "www.example.com", Selector.URL, urls, false, Instant.now());
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
        writer.write(MessageRecords.of(Instant.now(), messages));
    }

    private static long id(Command command) {
        return command.taskId().value();
    }

    private int segment(Command command) {
        return number("select distinct segment from task_object where task_id = ?", id(command));
    }

    private int segments() {
        return number("select count(*)::int from index_segment");
    }

    private int number(String sql, Object... parameters) {
        return jdbc.queryForList(sql, Integer.class, parameters).getFirst();
    }

    private Range range(int segment) {
        return jdbc.query(
                        "select first_task, last_task from index_segment where segment = ?",
                        (row, _) -> new Range(row.getLong(1), row.getLong(2)),
                        segment)
                .getFirst();
    }
}

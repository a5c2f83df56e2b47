package io.freshet.task.recording;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.message.Command;
import io.freshet.task.TaskIdTakenException;
import io.freshet.task.admission.Charge;
import io.freshet.task.admission.Charges;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Records commands: tasks, whether they were admitted or not, with their objects and their charges. */
@Component
class CommandWriter {

    private final JdbcClient jdbc;
    private final Charges charges;
    private final Tally tally;

    CommandWriter(JdbcClient jdbc, Charges charges, Tally tally) {
        this.jdbc = jdbc;
        this.charges = charges;
        this.tally = tally;
    }

    void write(List<AppendedCommand> commands) {
        // In the order of ids, in which everybody locks tasks.
        List<AppendedCommand> sorted = commands.stream()
                .sorted(Comparator.comparing(appended -> appended.command().taskId()))
                .toList();
        Rounds.of(sorted, appended -> appended.command().taskId()).forEach(this::writeRound);
    }

    private void writeRound(List<AppendedCommand> round) {
        Set<Long> first = upsertTasks(round);
        List<Command> commands = round.stream()
                .map(AppendedCommand::command)
                .filter(command -> first.contains(command.taskId().value()))
                .toList();
        if (commands.isEmpty()) {
            return;
        }
        charges.overdraw(commands.stream().map(CommandWriter::charge).toList());
        insertObjects(commands);
        Long[] tasks = commands.stream().map(c -> c.taskId().value()).toArray(Long[]::new);
        tally.forgetUnnamedObjects(tasks);
        tally.failObjectsOfFailed(tasks);
        tally.conclude(tasks);
    }

    private static Charge charge(Command command) {
        return new Charge(
                command.taskId(),
                command.account(),
                QuotaKind.of(command.kind(), command.selector()),
                command.objects().size(),
                command.acceptedAt());
    }

    /** Answers those whose command is read for the first time. */
    private Set<Long> upsertTasks(List<AppendedCommand> round) {
        record Row(long id, boolean repeated) {}
        List<Row> rows = jdbc.sql("""
                        insert into task as t (id, account, kind, selector, domain, object_count, in_log, appended_at)
                        select id, account, kind, selector, domain, objects, true, appended_at
                        from unnest(:ids::bigint[], :accounts::text[], :kinds::text[], :selectors::text[], :domains::text[],
                                    :counts::int[], :appended::timestamptz[])
                            as c (id, account, kind, selector, domain, objects, appended_at)
                        on conflict (id) do update set
                            kind = excluded.kind, selector = excluded.selector, domain = excluded.domain,
                            object_count = excluded.object_count, in_log = true, withdrawn_at = null,
                            appended_at = least(t.appended_at, excluded.appended_at)
                        where t.account = excluded.account and (t.kind is null
                            or (t.kind, t.selector, t.domain, t.object_count)
                                = (excluded.kind, excluded.selector, excluded.domain, excluded.object_count))
                        returning new.id, coalesce(old.in_log, false) as repeated
                        """)
                .param("ids", longs(round, c -> c.taskId().value()))
                .param("accounts", texts(round, Command::account))
                .param("kinds", texts(round, c -> c.kind().name()))
                .param("selectors", texts(round, c -> c.selector().name()))
                .param("domains", texts(round, Command::domain))
                .param(
                        "counts",
                        round.stream().map(c -> c.command().objects().size()).toArray(Integer[]::new))
                .param("appended", round.stream().map(c -> c.at().toString()).toArray(String[]::new))
                .query((row, _) -> new Row(row.getLong("id"), row.getBoolean("repeated")))
                .list();
        if (rows.size() < round.size()) {
            throw new TaskIdTakenException("one of the tasks "
                    + round.stream().map(c -> c.command().taskId()).toList() + " is another task already");
        }
        Set<Long> first = new HashSet<>();
        rows.stream().filter(row -> !row.repeated()).forEach(row -> first.add(row.id()));
        return first;
    }

    /** Events may have told of an object before its name was known. */
    private void insertObjects(List<Command> commands) {
        List<Long> tasks = new ArrayList<>();
        List<Integer> indexes = new ArrayList<>();
        List<String> objects = new ArrayList<>();
        for (Command command : commands) {
            IntStream.range(0, command.objects().size()).forEach(index -> {
                tasks.add(command.taskId().value());
                indexes.add(index);
                objects.add(command.objects().get(index));
            });
        }
        jdbc.sql("""
                        insert into task_object (task_id, index, object)
                        select * from unnest(:tasks::bigint[], :indexes::int[], :objects::text[])
                        on conflict (task_id, index) do update set object = excluded.object
                        """)
                .param("tasks", tasks.toArray(Long[]::new))
                .param("indexes", indexes.toArray(Integer[]::new))
                .param("objects", objects.toArray(String[]::new))
                .update();
    }

    private static Long[] longs(List<AppendedCommand> round, Function<Command, Long> value) {
        return round.stream().map(AppendedCommand::command).map(value).toArray(Long[]::new);
    }

    private static String[] texts(List<AppendedCommand> round, Function<Command, String> value) {
        return round.stream().map(AppendedCommand::command).map(value).toArray(String[]::new);
    }
}

package io.freshet.task.recording;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.message.Command;
import io.freshet.task.TaskIdTakenException;
import io.freshet.task.admission.Charge;
import io.freshet.task.admission.Charges;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Records commands: tasks, whether they were admitted or not, with their objects and their charges. */
@Component
class CommandWriter {

    private final JdbcClient jdbc;
    private final Charges charges;
    private final Tally tally;
    private final FollowUps followUps;

    CommandWriter(JdbcClient jdbc, Charges charges, Tally tally, FollowUps followUps) {
        this.jdbc = jdbc;
        this.charges = charges;
        this.tally = tally;
        this.followUps = followUps;
    }

    void write(List<LoggedCommand> commands) {
        // In the order of ids, in which everybody locks tasks.
        List<LoggedCommand> sorted = commands.stream()
                .sorted(Comparator.comparing(logged -> logged.command().taskId()))
                .toList();
        Rounds.of(sorted, logged -> logged.command().taskId()).forEach(this::writeRound);
        followUps.giveUpAfter(commands.stream()
                .map(LoggedCommand::follows)
                .filter(Objects::nonNull)
                .toList());
    }

    private void writeRound(List<LoggedCommand> round) {
        Set<Long> news = upsertTasks(round);
        List<LoggedCommand> logged = round.stream()
                .filter(l -> news.contains(l.command().taskId().value()))
                .toList();
        if (logged.isEmpty()) {
            return;
        }
        charges.overdraw(logged.stream()
                .map(LoggedCommand::command)
                .map(CommandWriter::charge)
                .toList());
        nameObjects(logged.stream()
                .filter(LoggedCommand::isAppended)
                .map(LoggedCommand::command)
                .toList());
    }

    private void nameObjects(List<Command> commands) {
        if (commands.isEmpty()) {
            return;
        }
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

    /** Answers those that the record learns something of. A command that is appended ends the waiting, and what came of it. */
    private Set<Long> upsertTasks(List<LoggedCommand> round) {
        record Row(long id, boolean news) {}
        List<Row> rows = jdbc.sql("""
                        insert into task as t (id, account, kind, selector, domain, object_count, in_log, appended_at, follows, waits_since)
                        select id, account, kind, selector, domain, objects, follows is null, appended_at, follows, waits_since
                        from unnest(:ids::bigint[], :accounts::text[], :kinds::text[], :selectors::text[], :domains::text[],
                                    :counts::int[], :appended::timestamptz[], :follows::bigint[], :waiting::timestamptz[])
                            as c (id, account, kind, selector, domain, objects, appended_at, follows, waits_since)
                        on conflict (id) do update set
                            kind = excluded.kind, selector = excluded.selector, domain = excluded.domain,
                            object_count = excluded.object_count, in_log = t.in_log or excluded.in_log, withdrawn_at = null,
                            appended_at = least(t.appended_at, excluded.appended_at),
                            follows = coalesce(t.follows, excluded.follows),
                            waits_since = least(t.waits_since, excluded.waits_since),
                            failure = case when t.gave_up and excluded.in_log then null else t.failure end,
                            failed_at = case when t.gave_up and excluded.in_log then null else t.failed_at end,
                            gave_up = t.gave_up and not excluded.in_log
                        where t.account = excluded.account and (t.kind is null
                            or (t.kind, t.selector, t.domain, t.object_count)
                                = (excluded.kind, excluded.selector, excluded.domain, excluded.object_count))
                        returning new.id,
                            (coalesce(old.in_log, false), old.follows) is distinct from (new.in_log, new.follows)
                                or old.kind is null or old.withdrawn_at is not null as news
                        """)
                .param("ids", longs(round, c -> c.taskId().value()))
                .param("accounts", texts(round, Command::account))
                .param("kinds", texts(round, c -> c.kind().name()))
                .param("selectors", texts(round, c -> c.selector().name()))
                .param("domains", texts(round, Command::domain))
                .param(
                        "counts",
                        round.stream().map(l -> l.command().objects().size()).toArray(Integer[]::new))
                .param("appended", times(round, LoggedCommand::appendedAt))
                .param(
                        "follows",
                        round.stream()
                                .map(LoggedCommand::follows)
                                .map(refresh -> refresh == null ? null : refresh.value())
                                .toArray(Long[]::new))
                .param("waiting", times(round, LoggedCommand::waitsSince))
                .query((row, _) -> new Row(row.getLong("id"), row.getBoolean("news")))
                .list();
        if (rows.size() < round.size()) {
            throw new TaskIdTakenException("one of the tasks "
                    + round.stream().map(l -> l.command().taskId()).toList() + " is another task already");
        }
        return rows.stream().filter(Row::news).map(Row::id).collect(Collectors.toSet());
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

    private static Long[] longs(List<LoggedCommand> round, Function<Command, Long> value) {
        return round.stream().map(LoggedCommand::command).map(value).toArray(Long[]::new);
    }

    private static String[] texts(List<LoggedCommand> round, Function<Command, String> value) {
        return round.stream().map(LoggedCommand::command).map(value).toArray(String[]::new);
    }

    private static @Nullable String[] times(
            List<LoggedCommand> round, Function<LoggedCommand, @Nullable Instant> value) {
        return round.stream()
                .map(value)
                .map(time -> time == null ? null : time.toString())
                .toArray(String[]::new);
    }
}

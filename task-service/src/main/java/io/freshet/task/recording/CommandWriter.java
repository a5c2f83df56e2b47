package io.freshet.task.recording;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.task.TaskOptions;
import io.freshet.task.TaskIdTakenException;
import io.freshet.task.admission.Charge;
import io.freshet.task.admission.Charges;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Records commands: tasks, whether they were admitted or not, with their objects and their charges. */
@Component
class CommandWriter {

    private final JdbcClient jdbc;
    private final ObjectNames objects;
    private final Charges charges;
    private final Tally tally;
    private final FollowUps followUps;

    CommandWriter(JdbcClient jdbc, ObjectNames objects, Charges charges, Tally tally, FollowUps followUps) {
        this.jdbc = jdbc;
        this.objects = objects;
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
        Map<TaskId, Row> rows = upsertTasks(round);
        List<LoggedCommand> logged =
                round.stream().filter(l -> row(rows, l.command()).news()).toList();
        if (logged.isEmpty()) {
            return;
        }
        Map<Boolean, List<Command>> appended = logged.stream()
                .filter(LoggedCommand::isAppended)
                .map(LoggedCommand::command)
                .collect(Collectors.partitioningBy(command -> row(rows, command).bare()));
        objects.copy(appended.getOrDefault(true, List.of()));
        nameObjects(appended.getOrDefault(false, List.of()));
        // Last, since other admissions of the account wait for it.
        charges.overdraw(logged.stream()
                .map(LoggedCommand::command)
                .map(CommandWriter::charge)
                .toList());
    }

    /** Names objects that events may have told of. */
    private void nameObjects(List<Command> commands) {
        if (commands.isEmpty()) {
            return;
        }
        objects.upsert(commands);
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

    /**
     * What the record knew of a task.
     *
     * @param news whether it learns something of it now
     * @param bare nothing but its admission was known, so it has no objects yet and is not failed; nobody adds any while it is locked
     */
    private record Row(TaskId id, boolean news, boolean bare) {}

    private static Row row(Map<TaskId, Row> rows, Command command) {
        return Objects.requireNonNull(rows.get(command.taskId()));
    }

    /** A command that is appended ends the waiting, and what came of it. */
    private Map<TaskId, Row> upsertTasks(List<LoggedCommand> round) {
        List<Row> rows = jdbc.sql("""
                        insert into task as t (id, account, kind, selector, domain, object_count, in_log, appended_at, follows, waits_since,
                            options)
                        select id, account, kind, selector, domain, objects, follows is null, appended_at, follows, waits_since, options
                        from unnest(:ids::bigint[], :accounts::text[], :kinds::text[], :selectors::text[], :domains::text[],
                                    :counts::int[], :appended::timestamptz[], :follows::bigint[], :waiting::timestamptz[], :options::json[])
                            as c (id, account, kind, selector, domain, objects, appended_at, follows, waits_since, options)
                        on conflict (id) do update set
                            kind = excluded.kind, selector = excluded.selector, domain = excluded.domain,
                            object_count = excluded.object_count, in_log = t.in_log or excluded.in_log, withdrawn_at = null,
                            appended_at = least(t.appended_at, excluded.appended_at),
                            follows = coalesce(t.follows, excluded.follows),
                            waits_since = least(t.waits_since, excluded.waits_since),
                            options = excluded.options,
                            failure = case when t.expired and excluded.in_log then null else t.failure end,
                            failed_at = case when t.expired and excluded.in_log then null else t.failed_at end,
                            expired = t.expired and not excluded.in_log
                        where t.account = excluded.account and (t.kind is null
                            or (t.kind, t.selector, t.domain, t.object_count)
                                = (excluded.kind, excluded.selector, excluded.domain, excluded.object_count))
                        returning new.id,
                            (coalesce(old.in_log, false), old.follows) is distinct from (new.in_log, new.follows)
                                or old.kind is null or old.withdrawn_at is not null as news,
                            not coalesce(old.in_log, false) and not new.told and new.failure is null as bare
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
                .param("options", texts(round, CommandWriter::options))
                .query((row, _) ->
                        new Row(new TaskId(row.getLong("id")), row.getBoolean("news"), row.getBoolean("bare")))
                .list();
        if (rows.size() < round.size()) {
            throw new TaskIdTakenException("one of the tasks "
                    + round.stream().map(l -> l.command().taskId()).toList() + " is another task already");
        }
        return rows.stream().collect(Collectors.toMap(Row::id, Function.identity()));
    }

    private static String options(Command command) {
        return JsonMapping.mapper().writeValueAsString(TaskOptions.of(command));
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

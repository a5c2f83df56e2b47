package io.freshet.task.writer;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.task.TaskOptions;
import io.freshet.task.TaskIdTakenException;
import io.freshet.task.admission.Charge;
import io.freshet.task.admission.Charges;
import io.freshet.task.schedule.ScheduledPushes;
import io.freshet.task.writer.ChildTasks.Child;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Writes commands: tasks, admitted or not, with their objects and charges. */
@Component
class CommandWriter {

    private final JdbcClient jdbc;
    private final ObjectNameWriter objects;
    private final Charges charges;
    private final TaskCounters counters;
    private final WaitingPushes waitingPushes;
    private final ScheduledPushes scheduledPushes;
    private final ChildTasks children;

    CommandWriter(
            JdbcClient jdbc,
            ObjectNameWriter objects,
            Charges charges,
            TaskCounters counters,
            WaitingPushes waitingPushes,
            ScheduledPushes scheduledPushes,
            ChildTasks children) {
        this.jdbc = jdbc;
        this.objects = objects;
        this.charges = charges;
        this.counters = counters;
        this.waitingPushes = waitingPushes;
        this.scheduledPushes = scheduledPushes;
        this.children = children;
    }

    /** Writes the commands, and returns the tasks among theirs whose unsent objects were given back before. */
    Set<Long> write(List<RecordedCommand> commands) {
        Set<Long> refunded = new HashSet<>();
        // Tasks are locked in the order of their ids, as everywhere.
        List<RecordedCommand> sorted = commands.stream()
                .sorted(Comparator.comparing(recorded -> recorded.command().taskId()))
                .toList();
        UniqueKeyBatches.of(sorted, recorded -> recorded.command().taskId())
                .forEach(batch -> writeBatch(batch, refunded));
        List<TaskId> followed = commands.stream()
                .map(RecordedCommand::follows)
                .filter(Objects::nonNull)
                .toList();
        waitingPushes.failAfter(followed);
        waitingPushes.cancelAfter(followed);
        scheduledPushes.add(sorted.stream().flatMap(CommandWriter::scheduled).toList());
        return refunded;
    }

    private static Stream<PushCommand> scheduled(RecordedCommand recorded) {
        return recorded.startAt() != null && recorded.command() instanceof PushCommand push
                ? Stream.of(push)
                : Stream.empty();
    }

    private void writeBatch(List<RecordedCommand> batch, Set<Long> refunded) {
        List<Child> added = batch.stream()
                .map(RecordedCommand::command)
                .flatMap(CommandWriter::child)
                .toList();
        children.add(
                added,
                batch.stream()
                        .map(RecordedCommand::command)
                        .collect(Collectors.toMap(Command::taskId, Command::account)));
        Map<TaskId, UpsertedTask> tasks = upsertTasks(batch);
        tasks.values().stream()
                .filter(UpsertedTask::refunded)
                .forEach(task -> refunded.add(task.id().value()));
        List<RecordedCommand> changed =
                batch.stream().filter(r -> task(tasks, r.command()).changed()).toList();
        if (changed.isEmpty()) {
            return;
        }
        Map<Boolean, List<Command>> appended = changed.stream()
                .filter(RecordedCommand::isAppended)
                .map(RecordedCommand::command)
                .collect(Collectors.partitioningBy(
                        command -> task(tasks, command).admittedOnly()));
        objects.copy(appended.getOrDefault(true, List.of()));
        nameObjects(appended.getOrDefault(false, List.of()));
        if (!added.isEmpty()) {
            counters.updateOutcomeOfRoots(
                    added.stream().map(child -> child.root().value()).distinct().toArray(Long[]::new));
        }
        // Last, since other admissions of the account wait for this lock.
        charges.overdraw(changed.stream()
                .map(RecordedCommand::command)
                .map(CommandWriter::charge)
                .toList());
    }

    private static Stream<Child> child(Command command) {
        return command instanceof PushCommand push && push.root() != null
                ? Stream.of(new Child(
                        push.taskId(),
                        push.account(),
                        push.root(),
                        push.objects().size()))
                : Stream.empty();
    }

    /** Names objects that events may have reported before. */
    private void nameObjects(List<Command> commands) {
        if (commands.isEmpty()) {
            return;
        }
        objects.upsert(commands);
        Long[] tasks = commands.stream().map(c -> c.taskId().value()).toArray(Long[]::new);
        counters.resetUnnamedObjects(tasks);
        counters.failObjectsOfFailed(tasks);
        counters.updateOutcome(tasks);
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
     * A task after its command has been written to the table {@code task}.
     *
     * @param changed whether the command changed it
     * @param refunded whether its unsent objects were given back
     * @param admittedOnly whether it has no objects yet and has not failed: its command was not read before
     */
    private record UpsertedTask(TaskId id, boolean changed, boolean refunded, boolean admittedOnly) {}

    private static UpsertedTask task(Map<TaskId, UpsertedTask> tasks, Command command) {
        return Objects.requireNonNull(tasks.get(command.taskId()));
    }

    /**
     * Inserts or updates the tasks. A command that workers execute now ends the task's waiting and clears the failure
     * or the cancellation that ended it. It does not name the start that it has waited for, so the stored options
     * remain.
     */
    private Map<TaskId, UpsertedTask> upsertTasks(List<RecordedCommand> batch) {
        List<UpsertedTask> rows = jdbc.sql("""
                        insert into task as t (id, account, kind, selector, domain, object_count, command_read,
                            appended_at, follows, waits_since, request_id, options)
                        select id, account, kind, selector, domain, objects, appended_at is not null,
                            appended_at, follows, waits_since, request, options
                        from unnest(:ids::bigint[], :accounts::text[], :kinds::text[], :selectors::text[],
                                    :domains::text[], :counts::int[], :appended::timestamptz[], :follows::bigint[],
                                    :waiting::timestamptz[], :requests::uuid[], :options::json[])
                            as c (id, account, kind, selector, domain, objects, appended_at, follows, waits_since,
                                  request, options)
                        on conflict (id) do update set
                            kind = excluded.kind, selector = excluded.selector, domain = excluded.domain,
                            object_count = excluded.object_count,
                            command_read = t.command_read or excluded.command_read, withdrawn_at = null,
                            appended_at = least(t.appended_at, excluded.appended_at),
                            follows = coalesce(t.follows, excluded.follows),
                            waits_since = least(t.waits_since, excluded.waits_since),
                            request_id = coalesce(t.request_id, excluded.request_id),
                            options = case when excluded.command_read and t.options ->> 'startAt' is not null
                                then t.options else excluded.options end,
                            failure = case when t.expired and excluded.command_read then null else t.failure end,
                            failed_at = case when t.expired and excluded.command_read then null else t.failed_at end,
                            expired = t.expired and not excluded.command_read,
                            cancelled_at = case when t.cancelled_with_refresh and excluded.command_read
                                then null else t.cancelled_at end,
                            cancelled_with_refresh = t.cancelled_with_refresh and not excluded.command_read
                        where t.account = excluded.account and (t.request_id = excluded.request_id) is not false
                            and (t.kind is null
                            or (t.kind, t.selector, t.domain, t.object_count)
                                = (excluded.kind, excluded.selector, excluded.domain, excluded.object_count))
                        returning new.id,
                            (coalesce(old.command_read, false), old.follows, old.waits_since is null)
                                    is distinct from (new.command_read, new.follows, new.waits_since is null)
                                or old.kind is null or old.withdrawn_at is not null as changed,
                            new.refunded_unsent as refunded,
                            not coalesce(old.command_read, false) and not new.reported and new.failure is null
                                and (old.waits_since is null or old.follows is not null) as admitted_only
                        """)
                .param("ids", longs(batch, c -> c.taskId().value()))
                .param("accounts", texts(batch, Command::account))
                .param("kinds", texts(batch, c -> c.kind().name()))
                .param("selectors", texts(batch, c -> c.selector().name()))
                .param("domains", texts(batch, Command::domain))
                .param(
                        "counts",
                        batch.stream().map(r -> r.command().objects().size()).toArray(Integer[]::new))
                .param("appended", times(batch, RecordedCommand::appendedAt))
                .param(
                        "follows",
                        batch.stream()
                                .map(RecordedCommand::follows)
                                .map(refresh -> refresh == null ? null : refresh.value())
                                .toArray(Long[]::new))
                .param("waiting", times(batch, RecordedCommand::waitsSince))
                .param("requests", texts(batch, CommandWriter::request))
                .param("options", texts(batch, CommandWriter::options))
                .query((row, _) -> new UpsertedTask(
                        new TaskId(row.getLong("id")),
                        row.getBoolean("changed"),
                        row.getBoolean("refunded"),
                        row.getBoolean("admitted_only")))
                .list();
        if (rows.size() < batch.size()) {
            throw new TaskIdTakenException("one of the ids "
                    + batch.stream().map(r -> r.command().taskId()).toList() + " belongs to another task");
        }
        return rows.stream().collect(Collectors.toMap(UpsertedTask::id, Function.identity()));
    }

    private static @Nullable String request(Command command) {
        return command.requestId() == null ? null : command.requestId().toString();
    }

    private static String options(Command command) {
        return JsonMapping.mapper().writeValueAsString(TaskOptions.of(command));
    }

    private static Long[] longs(List<RecordedCommand> batch, Function<Command, Long> value) {
        return batch.stream().map(RecordedCommand::command).map(value).toArray(Long[]::new);
    }

    private static @Nullable String[] texts(List<RecordedCommand> batch, Function<Command, @Nullable String> value) {
        return batch.stream().map(RecordedCommand::command).map(value).toArray(String[]::new);
    }

    private static @Nullable String[] times(
            List<RecordedCommand> batch, Function<RecordedCommand, @Nullable Instant> value) {
        return batch.stream()
                .map(value)
                .map(time -> time == null ? null : time.toString())
                .toArray(String[]::new);
    }
}

package io.freshet.task.admission;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.TaskToAdmit;
import io.freshet.task.TaskIdTakenException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Admits requests, each in one transaction: its key, its tasks and its charge, or nothing of it. */
@Component
class Admissions {

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final IdempotencyKeys keys;
    private final Charges charges;
    private final Clock clock;

    Admissions(JdbcClient jdbc, TransactionTemplate transaction, IdempotencyKeys keys, Charges charges, Clock clock) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.keys = keys;
        this.charges = charges;
        this.clock = clock;
    }

    sealed interface Outcome {}

    record Admitted(Admission admission) implements Outcome {}

    record Conflicting(IdempotencyConflict conflict) implements Outcome {}

    record Exceeding(QuotaExceeded exceeded) implements Outcome {}

    /**
     * Admits the request, or says again what became of it.
     *
     * @throws TaskIdTakenException if one of the new task ids belongs to another task
     */
    Outcome admit(AdmissionRequest request) {
        return Objects.requireNonNull(transaction.execute(status -> {
            Outcome outcome = decide(request);
            if (!(outcome instanceof Admitted)) {
                status.setRollbackOnly();
            }
            return outcome;
        }));
    }

    private Outcome decide(AdmissionRequest request) {
        String key = request.idempotencyKey();
        if (key == null) {
            return admitNew(request);
        }
        IdempotencyKeys.Owner owner = keys.claim(key, request);
        if (owner.requestId().equals(request.requestId())) {
            return admitNew(request);
        }
        if (!owner.bodyHash().equals(request.bodyHash())) {
            return new Conflicting(new IdempotencyConflict(owner.requestId(), owner.expiresAt()));
        }
        List<AdmittedTask> tasks = admitAgain(owner.tasks());
        return charged(request, new Admission(owner.requestId(), owner.acceptedAt(), tasks));
    }

    private Outcome admitNew(AdmissionRequest request) {
        List<AdmittedTask> tasks = insert(request);
        return charged(request, new Admission(request.requestId(), kept(request.acceptedAt()), tasks));
    }

    /** A repetition is answered from the database, which keeps microseconds. */
    private static Instant kept(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }

    /** Pushes first: whoever takes from several quotas of an account takes them in the order of their names. */
    private Outcome charged(AdmissionRequest request, Admission admission) {
        Optional<QuotaExceeded> exceeded = request.pushLimit() == null
                ? Optional.empty()
                : charge(request, QuotaKind.PUSH, request.pushLimit(), admission, AdmittedTask::thenPush);
        return exceeded.or(
                        () -> charge(request, request.quota(), request.quotaLimit(), admission, AdmittedTask::taskId))
                .<Outcome>map(Exceeding::new)
                .orElseGet(() -> new Admitted(admission));
    }

    private Optional<QuotaExceeded> charge(
            AdmissionRequest request,
            QuotaKind quota,
            int limit,
            Admission admission,
            Function<AdmittedTask, @Nullable TaskId> id) {
        List<Charge> wanted = admission.tasks().stream()
                .flatMap(task -> Stream.ofNullable(id.apply(task))
                        .map(charged -> new Charge(
                                charged, request.account(), quota, task.objectCount(), request.acceptedAt())))
                .sorted(Comparator.comparing(Charge::taskId))
                .toList();
        return charges.chargeWithin(limit, request.account(), quota, request.acceptedAt(), wanted);
    }

    /** A row of the record: a task, or the push that follows one. */
    private record Row(
            TaskId id,
            TaskKind kind,
            TaskToAdmit task,
            @Nullable TaskId follows) {

        static Stream<Row> of(TaskKind kind, TaskToAdmit task) {
            Row asked = new Row(task.taskId(), kind, task, null);
            return task.thenPush() == null
                    ? Stream.of(asked)
                    : Stream.of(asked, new Row(task.thenPush(), TaskKind.PUSH, task, task.taskId()));
        }
    }

    /** A command or an event may have been faster than the admission; then the task is the same in all it has. */
    private List<AdmittedTask> insert(AdmissionRequest request) {
        List<Row> rows = request.tasks().stream()
                .flatMap(task -> Row.of(request.kind(), task))
                .sorted(Comparator.comparing(Row::id))
                .toList();
        Map<TaskId, Boolean> inLog = new HashMap<>();
        jdbc.sql("""
                        insert into task as t (id, account, kind, selector, domain, object_count, follows, admitted_at)
                        select id, :account, kind, :selector, domain, objects, follows, :now
                        from unnest(:tasks::bigint[], :kinds::text[], :domains::text[], :counts::int[], :follows::bigint[])
                            as a (id, kind, domain, objects, follows)
                        on conflict (id) do update set
                            kind = excluded.kind, selector = excluded.selector, domain = excluded.domain,
                            object_count = excluded.object_count, follows = excluded.follows, admitted_at = excluded.admitted_at,
                            withdrawn_at = null
                        where t.account = excluded.account and (t.kind is null
                            or (t.kind, t.selector, t.domain, t.object_count)
                                = (excluded.kind, excluded.selector, excluded.domain, excluded.object_count))
                        returning id, in_log
                        """)
                .param("account", request.account())
                .param("selector", request.selector().name())
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("tasks", rows.stream().map(row -> row.id().value()).toArray(Long[]::new))
                .param("kinds", rows.stream().map(row -> row.kind().name()).toArray(String[]::new))
                .param("domains", rows.stream().map(row -> row.task().domain()).toArray(String[]::new))
                .param(
                        "counts",
                        rows.stream().map(row -> row.task().objectCount()).toArray(Integer[]::new))
                .param(
                        "follows",
                        rows.stream()
                                .map(row -> row.follows() == null
                                        ? null
                                        : row.follows().value())
                                .toArray(Long[]::new))
                .query((row, _) -> inLog.put(new TaskId(row.getLong("id")), row.getBoolean("in_log")))
                .list();
        if (inLog.size() < rows.size()) {
            throw new TaskIdTakenException(
                    "one of the ids " + rows.stream().map(Row::id).toList() + " belongs to another task");
        }
        return request.tasks().stream()
                .map(task -> new AdmittedTask(
                        task.taskId(),
                        task.domain(),
                        task.objectCount(),
                        inLog.getOrDefault(task.taskId(), false),
                        task.thenPush()))
                .toList();
    }

    /** What is not in the log will be published again now: so its time begins anew, and a withdrawal ends. */
    private List<AdmittedTask> admitAgain(List<TaskId> ids) {
        Long[] tasks = ids.stream().map(TaskId::value).sorted().toArray(Long[]::new);
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        jdbc.sql("select id from task where id = any(:tasks) or follows = any(:tasks) order by id for update")
                .param("tasks", tasks)
                .query(Long.class)
                .list();
        jdbc.sql("""
                        update task set admitted_at = :now, withdrawn_at = null
                        where (id = any(:tasks) or follows = any(:tasks)) and not in_log
                        """).param("now", now).param("tasks", tasks).update();
        return jdbc.sql("""
                        select id, domain, object_count, in_log, (select p.id from task p where p.follows = t.id) as push
                        from task t where id = any(:tasks)
                        """).param("tasks", tasks).query((row, _) -> admitted(row)).list().stream()
                .sorted(Comparator.comparingInt(task -> ids.indexOf(task.taskId())))
                .toList();
    }

    private static AdmittedTask admitted(ResultSet row) throws SQLException {
        long push = row.getLong("push");
        return new AdmittedTask(
                new TaskId(row.getLong("id")),
                row.getString("domain"),
                row.getInt("object_count"),
                row.getBoolean("in_log"),
                push == 0 ? null : new TaskId(push));
    }
}

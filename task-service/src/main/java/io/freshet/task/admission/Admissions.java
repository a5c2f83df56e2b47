package io.freshet.task.admission;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.admission.IdempotencyConflict;
import io.freshet.contracts.admission.QuotaExceeded;
import io.freshet.contracts.admission.TaskToAdmit;
import io.freshet.task.TaskIdTakenException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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

    private Outcome charged(AdmissionRequest request, Admission admission) {
        Instant at = request.acceptedAt();
        List<Charge> wanted = admission.tasks().stream()
                .map(task -> new Charge(task.taskId(), request.account(), request.quota(), task.objectCount(), at))
                .sorted(Comparator.comparing(Charge::taskId))
                .toList();
        Optional<QuotaExceeded> exceeded =
                charges.chargeWithin(request.quotaLimit(), request.account(), request.quota(), at, wanted);
        return exceeded.<Outcome>map(Exceeding::new).orElseGet(() -> new Admitted(admission));
    }

    /** A command or an event may have been faster than the admission; then the task is the same in all it has. */
    private List<AdmittedTask> insert(AdmissionRequest request) {
        List<TaskToAdmit> tasks = request.tasks().stream()
                .sorted(Comparator.comparing(TaskToAdmit::taskId))
                .toList();
        List<AdmittedTask> admitted = jdbc.sql("""
                        insert into task as t (id, account, kind, selector, domain, object_count, admitted_at)
                        select id, :account, :kind, :selector, domain, objects, :now
                        from unnest(:tasks::bigint[], :domains::text[], :counts::int[]) as a (id, domain, objects)
                        on conflict (id) do update set
                            kind = excluded.kind, selector = excluded.selector, domain = excluded.domain,
                            object_count = excluded.object_count, admitted_at = excluded.admitted_at, withdrawn_at = null
                        where t.account = excluded.account and (t.kind is null
                            or (t.kind, t.selector, t.domain, t.object_count)
                                = (excluded.kind, excluded.selector, excluded.domain, excluded.object_count))
                        returning id, domain, object_count, in_log
                        """)
                .param("account", request.account())
                .param("kind", request.kind().name())
                .param("selector", request.selector().name())
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("tasks", tasks.stream().map(t -> t.taskId().value()).toArray(Long[]::new))
                .param("domains", tasks.stream().map(TaskToAdmit::domain).toArray(String[]::new))
                .param("counts", tasks.stream().map(TaskToAdmit::objectCount).toArray(Integer[]::new))
                .query((row, _) -> new AdmittedTask(
                        new TaskId(row.getLong("id")),
                        row.getString("domain"),
                        row.getInt("object_count"),
                        row.getBoolean("in_log")))
                .list();
        if (admitted.size() < tasks.size()) {
            throw new TaskIdTakenException(
                    "one of the ids " + tasks.stream().map(TaskToAdmit::taskId).toList() + " belongs to another task");
        }
        return inOrderOf(request.tasks().stream().map(TaskToAdmit::taskId).toList(), admitted);
    }

    /** What is not in the log will be published again now: so its time begins anew, and a withdrawal ends. */
    private List<AdmittedTask> admitAgain(List<TaskId> ids) {
        Long[] tasks = ids.stream().map(TaskId::value).sorted().toArray(Long[]::new);
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        jdbc.sql("select id from task where id = any(:tasks) order by id for update")
                .param("tasks", tasks)
                .query(Long.class)
                .list();
        jdbc.sql("update task set admitted_at = :now, withdrawn_at = null where id = any(:tasks) and not in_log")
                .param("now", now)
                .param("tasks", tasks)
                .update();
        List<AdmittedTask> admitted = jdbc.sql(
                        "select id, domain, object_count, in_log from task where id = any(:tasks)")
                .param("tasks", tasks)
                .query((row, _) -> new AdmittedTask(
                        new TaskId(row.getLong("id")),
                        row.getString("domain"),
                        row.getInt("object_count"),
                        row.getBoolean("in_log")))
                .list();
        return inOrderOf(ids, admitted);
    }

    private static List<AdmittedTask> inOrderOf(List<TaskId> ids, List<AdmittedTask> tasks) {
        return tasks.stream()
                .sorted(Comparator.comparingInt(task -> ids.indexOf(task.taskId())))
                .toList();
    }
}

package io.freshet.task.admission;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.AdmittedTask;
import io.freshet.contracts.admission.TaskToAdmit;
import io.freshet.task.TaskIdTakenException;
import io.freshet.task.storage.ConnectionPools;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Tasks of admissions in the task store. Every method runs in the caller's transaction. */
@Component
class AdmittedTasks {

    private final JdbcClient jdbc;
    private final Clock clock;

    AdmittedTasks(ConnectionPools pools, Clock clock) {
        this.jdbc = pools.admissions();
        this.clock = clock;
    }

    /** A row of {@code task}: a requested task, or the push that follows it. */
    private record AdmittedRow(
            TaskId id,
            TaskKind kind,
            Selector selector,
            int objectCount,
            String domain,
            AdmissionRequest request,
            @Nullable TaskId follows) {

        static Stream<AdmittedRow> of(AdmissionRequest request, TaskToAdmit task) {
            AdmittedRow requested = new AdmittedRow(
                    task.taskId(),
                    request.kind(),
                    request.selector(),
                    task.objectCount(),
                    task.domain(),
                    request,
                    null);
            return task.thenPush() == null
                    ? Stream.of(requested)
                    : Stream.of(requested, following(request, task, task.thenPush()));
        }

        private static AdmittedRow following(AdmissionRequest request, TaskToAdmit task, TaskId push) {
            return new AdmittedRow(
                    push, TaskKind.PUSH, Selector.URL, task.pushCount(), task.domain(), request, task.taskId());
        }
    }

    /**
     * Inserts the tasks of these requests. If a command or an event was written before, the existing row must agree:
     * a row of another request is another task, even if both are alike.
     *
     * @return the tasks whose commands have been read already
     * @throws TaskIdTakenException if one of the ids belongs to another task
     */
    Set<TaskId> insert(List<AdmissionRequest> requests) {
        List<AdmittedRow> rows = requests.stream()
                .flatMap(request -> request.tasks().stream().flatMap(task -> AdmittedRow.of(request, task)))
                .sorted(Comparator.comparing(AdmittedRow::id))
                .toList();
        Map<TaskId, Boolean> commandRead = new HashMap<>();
        jdbc.sql("""
                        insert into task as t
                            (id, account, kind, selector, domain, object_count, follows, request_id, admitted_at)
                        select id, account, kind, selector, domain, objects, follows, request, :now
                        from unnest(:tasks::bigint[], :accounts::text[], :kinds::text[], :selectors::text[],
                                    :domains::text[], :counts::int[], :follows::bigint[], :requests::uuid[])
                            as a (id, account, kind, selector, domain, objects, follows, request)
                        on conflict (id) do update set
                            kind = excluded.kind, selector = excluded.selector, domain = excluded.domain,
                            object_count = excluded.object_count, follows = excluded.follows,
                            request_id = excluded.request_id,
                            admitted_at = excluded.admitted_at, withdrawn_at = null
                        where t.account = excluded.account and (t.request_id = excluded.request_id) is not false
                            and (t.kind is null
                            or (t.kind, t.selector, t.domain, t.object_count)
                                = (excluded.kind, excluded.selector, excluded.domain, excluded.object_count))
                        returning id, command_read
                        """)
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("tasks", rows.stream().map(row -> row.id().value()).toArray(Long[]::new))
                .param("accounts", texts(rows, row -> row.request().account()))
                .param("kinds", texts(rows, row -> row.kind().name()))
                .param("selectors", texts(rows, row -> row.selector().name()))
                .param("domains", texts(rows, AdmittedRow::domain))
                .param("requests", texts(rows, row -> row.request().requestId().toString()))
                .param("counts", rows.stream().map(AdmittedRow::objectCount).toArray(Integer[]::new))
                .param(
                        "follows",
                        rows.stream()
                                .map(row -> row.follows() == null
                                        ? null
                                        : row.follows().value())
                                .toArray(Long[]::new))
                .query((row, _) -> commandRead.put(new TaskId(row.getLong("id")), row.getBoolean("command_read")))
                .list();
        if (commandRead.size() < rows.size()) {
            throw new TaskIdTakenException(
                    "one of the ids " + rows.stream().map(AdmittedRow::id).toList() + " belongs to another task");
        }
        return commandRead.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static String[] texts(List<AdmittedRow> rows, Function<AdmittedRow, String> value) {
        return rows.stream().map(value).toArray(String[]::new);
    }

    /** Admits tasks again: those whose commands have not been read will be published again, so withdrawal ends. */
    List<AdmittedTask> readmit(List<TaskId> ids) {
        Long[] tasks = ids.stream().map(TaskId::value).sorted().toArray(Long[]::new);
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        jdbc.sql("select id from task where id = any(:tasks) or follows = any(:tasks) order by id for update")
                .param("tasks", tasks)
                .query(Long.class)
                .list();
        jdbc.sql("""
                        update task set admitted_at = :now, withdrawn_at = null
                        where (id = any(:tasks) or follows = any(:tasks)) and not command_read
                        """).param("now", now).param("tasks", tasks).update();
        return jdbc.sql("""
                        select t.id, t.domain, t.object_count, t.command_read, p.id as push,
                            coalesce(p.object_count, 0) as push_count
                        from task t left join task p on p.follows = t.id
                        where t.id = any(:tasks)
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
                row.getBoolean("command_read"),
                push == 0 ? null : new TaskId(push),
                row.getInt("push_count"));
    }
}

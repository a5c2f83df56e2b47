package io.freshet.task.query;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.batch.BadLine;
import io.freshet.contracts.batch.BadLinePage;
import io.freshet.contracts.batch.BatchId;
import io.freshet.contracts.batch.BatchPage;
import io.freshet.contracts.batch.BatchView;
import io.freshet.contracts.batch.OnError;
import io.freshet.contracts.batch.UploadState;
import io.freshet.contracts.task.TaskProgress;
import io.freshet.contracts.task.TaskStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;

/** Queries of batches, whose progress is the sum of their tasks. */
@Component
public class BatchQueries {

    /** The sums are read by an index scan. Counters would make the events of all tasks wait for one row. */
    static final String SELECT = """
            select b.*, s.*
            from batch b cross join lateral (
                select json_object_agg(lower(status), tasks) filter (where tasks > 0) as tasks,
                    coalesce(sum(objects), 0) as objects, coalesce(sum(complete), 0) as complete,
                    coalesce(sum(failed), 0) as failed, coalesce(sum(reported), 0) as reported,
                    coalesce(sum(delivered), 0) as delivered, coalesce(sum(pairs), 0) as pairs,
                    coalesce(max(nodes), 0) as nodes, max(finished_at) as finished_at
                from (
                    select status, count(*) as tasks, sum(object_count) as objects, sum(complete_count) as complete,
                        sum(failed_count) as failed, sum(reported_count) as reported, sum(delivered) as delivered,
                        sum(pairs) as pairs, max(max_nodes) as nodes,
                        max(greatest(applied_at, failed_at, withdrawn_at,
                            case when status = 'CANCELLED' then cancelled_at end)) as finished_at
                    from task where batch_id = b.id group by status) by_status
            ) s
            where b.account = :account
            """;

    private static final TypeReference<Map<TaskStatus, Integer>> COUNTS = new TypeReference<>() {};

    private final JdbcClient jdbc;

    BatchQueries(@Qualifier("queries") JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Returns the batch; empty if the account has none with this id. */
    public Optional<BatchView> batch(BatchId id, String account) {
        return jdbc.sql(SELECT + " and b.id = :id")
                .param("account", account)
                .param("id", id.value())
                .query((row, _) -> view(row))
                .optional();
    }

    BatchPage page(String account, int limit, @Nullable String pageToken) {
        List<BatchView> batches = jdbc.sql(SELECT + " and b.id < :before order by b.id desc limit :limit")
                .param("account", account)
                .param("before", PageToken.BATCHES.read(pageToken, Long.MAX_VALUE))
                .param("limit", limit + 1)
                .query((row, _) -> view(row))
                .list();
        if (batches.size() <= limit) {
            return new BatchPage(batches, null);
        }
        List<BatchView> page = batches.subList(0, limit);
        return new BatchPage(
                page, PageToken.BATCHES.after(page.getLast().batchId().value()));
    }

    /** Returns a page of the bad lines; empty if the account has no such batch. */
    Optional<BadLinePage> badLines(BatchId id, String account, int limit, @Nullable String pageToken) {
        long after = PageToken.BAD_LINES.read(pageToken, 0);
        if (batch(id, account).isEmpty()) {
            return Optional.empty();
        }
        List<BadLine> lines = jdbc.sql("""
                        select line, error, text from bad_line
                        where batch_id = :id and line > :after order by line limit :limit
                        """)
                .param("id", id.value())
                .param("after", after)
                .param("limit", limit + 1)
                .query((row, _) -> new BadLine(row.getInt("line"), row.getString("error"), row.getString("text")))
                .list();
        if (lines.size() <= limit) {
            return Optional.of(new BadLinePage(lines, null));
        }
        List<BadLine> page = lines.subList(0, limit);
        return Optional.of(
                new BadLinePage(page, PageToken.BAD_LINES.after(page.getLast().line())));
    }

    private static BatchView view(ResultSet row) throws SQLException {
        BatchId id = new BatchId(row.getLong("id"));
        UploadState upload = UploadState.valueOf(row.getString("upload"));
        Map<TaskStatus, Integer> tasks = counts(row.getString("tasks"));
        TaskStatus status = status(upload, tasks.keySet());
        boolean ended = status != TaskStatus.PENDING && status != TaskStatus.RUNNING;
        Instant received = TaskQueries.instant(row, "received_at");
        Instant finished = TaskQueries.instant(row, "finished_at");
        return new BatchView(
                id,
                TaskKind.valueOf(row.getString("kind")),
                Selector.valueOf(row.getString("selector")),
                OnError.valueOf(row.getString("on_error")),
                status,
                TaskProgress.percent(status, row.getLong("delivered"), expectedPairs(row)),
                upload,
                row.getInt("lines"),
                row.getInt("bad_lines"),
                row.getInt("duplicates"),
                row.getLong("objects"),
                row.getLong("complete"),
                row.getLong("failed"),
                tasks,
                row.getString("reason"),
                id.madeAt(),
                received,
                !ended ? null : later(finished, received));
    }

    private static Map<TaskStatus, Integer> counts(@Nullable String json) {
        return json == null ? Map.of() : JsonMapping.mapper().readValue(json, COUNTS);
    }

    /** Returns the status of a batch whose tasks have these. */
    static TaskStatus status(UploadState upload, Set<TaskStatus> tasks) {
        if (upload == UploadState.RECEIVING
                || tasks.contains(TaskStatus.PENDING)
                || tasks.contains(TaskStatus.RUNNING)) {
            return tasks.isEmpty() || tasks.equals(Set.of(TaskStatus.PENDING))
                    ? TaskStatus.PENDING
                    : TaskStatus.RUNNING;
        }
        if (upload == UploadState.CANCELLED || tasks.contains(TaskStatus.CANCELLED)) {
            return TaskStatus.CANCELLED;
        }
        return upload.isFailure() || !tasks.equals(Set.of(TaskStatus.COMPLETE))
                ? TaskStatus.FAILED
                : TaskStatus.COMPLETE;
    }

    /** Returns all pairs of object and node; tasks whose nodes are not known yet are expected to have as many. */
    private static long expectedPairs(ResultSet row) throws SQLException {
        return TaskProgress.expectedPairs(
                row.getInt("objects"), row.getInt("reported"), row.getLong("pairs"), row.getInt("nodes"));
    }

    private static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
        return a == null || b != null && b.isAfter(a) ? b : a;
    }
}

package io.freshet.task.query;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.task.TaskObject;
import io.freshet.contracts.task.TaskObject.Outcome;
import io.freshet.contracts.task.TaskObjectPage;
import io.freshet.contracts.task.TaskStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Listing of objects over all tasks of an account by page number, newest task first. The total is summed from the
 * tasks' counters, and only objects of the tasks on the page are read.
 */
@Component
class ObjectQueries {

    /** The status of an object: a finished one keeps its own, an unfinished one fails or is cancelled with its task. */
    private static final String STATUS = """
            case
                when o.status = 'COMPLETE' then 'COMPLETE'
                when t.status = 'FAILED' or o.status = 'FAILED' then 'FAILED'
                when t.status = 'CANCELLED' then 'CANCELLED'
                else coalesce(o.status, 'PENDING')
            end""";

    /** Start of the descriptions of cancelled objects. */
    private static final String CANCELLED = "cancelled";

    private static final String COLUMNS = """
            t.id, coalesce(t.root_id, t.id) as shown_id, t.kind, t.selector, t.domain, t.failure, t.withdrawn_at,
            lagging_nodes(o.missing, o.still_served, o.settled, t.node_ids) as lagging,
            coalesce(o.nodes, 0) as nodes,
            """ + TaskQueries.DESCRIPTION + " as description, " + STATUS + " as status";

    private final JdbcClient jdbc;

    ObjectQueries(@Qualifier("queries") JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Returns a page.
     *
     * @param offset objects on the pages before
     */
    TaskObjectPage page(ObjectFilter filter, long offset, int limit) {
        SqlBuilder query = filter.object() == null ? ofTasks(filter, offset, limit) : ofOneName(filter, offset, limit);
        List<TaskObject> objects = new ArrayList<>();
        long[] total = new long[1];
        jdbc.sql(query.sql()).params(query.parameters()).query(row -> {
            total[0] = row.getLong("total");
            if (row.getString("kind") != null) {
                objects.add(object(row));
            }
        });
        return new TaskObjectPage(total[0], objects);
    }

    /** Returns the query without a name. While a push waits, the names of its objects are those of the refresh. */
    SqlBuilder ofTasks(ObjectFilter filter, long offset, int limit) {
        SqlBuilder query =
                new SqlBuilder("with matching as (select t.id, " + count(filter.outcome()) + " as n from task t");
        conditions(query, filter)
                .append("""
                ), page as (
                    select id, n, upto - n as before
                    from (select id, n, sum(n) over (order by id desc) as upto from matching where n > 0) as summed
                    where upto > :offset and upto - n < :offset + :limit
                )
                select sum.total, r.*
                from (select coalesce(sum(n), 0) as total from matching) sum
                left join (
                    select r.*
                    from page p
                    join task t on t.id = p.id
                    cross join lateral (
                        select i.index, coalesce(o.object, f.object) as object,
                """)
                .append(COLUMNS)
                .append("""

                        from generate_series(0, t.object_count - 1) as i (index)
                        left join task_object o on o.task_id = t.id and o.index = i.index
                        left join task_object f on f.task_id = t.follows and f.index = i.index
                        where
                """)
                .append(having(filter.outcome()))
                .append("""

                        order by i.index offset greatest(:offset - p.before, 0) limit :limit
                    ) as r
                    order by r.id desc, r.index limit :limit
                ) as r on true
                order by r.id desc, r.index
                """);
        return query.with("offset", offset).with("limit", limit);
    }

    SqlBuilder ofOneName(ObjectFilter filter, long offset, int limit) {
        SqlBuilder query = new SqlBuilder("with matching as (select o.index, o.object, " + COLUMNS + """
                 from index_segment s
                join task_object o on
                """
                + TaskQueries.NAMED + "join task t on t.id = o.task_id");
        conditions(query, filter)
                .append(" and ")
                .append(having(filter.outcome()))
                .append("""
                )
                select sum.total, r.*
                from (select count(*) as total from matching) sum
                left join (select * from matching order by id desc, index offset :offset limit :limit) as r on true
                order by r.id desc, r.index
                """);
        return query.with("object", String.valueOf(filter.object()))
                .with("offset", offset)
                .with("limit", limit);
    }

    private static SqlBuilder conditions(SqlBuilder query, ObjectFilter filter) {
        return query.append(" where t.account = :account and t.kind is not null")
                .with("account", filter.account())
                .where("(t.id = any(:tasks) or t.root_id = any(:tasks))", "tasks", ids(filter.tasks()))
                .where("t.kind = :kind", "kind", TaskQueries.name(filter.kind()))
                .where("t.selector = any(:types)", "types", names(filter.types()))
                .where("t.domain = :domain", "domain", filter.domain())
                .where("t.id >= :from", "from", TaskQueries.idAt(filter.from()))
                .where("t.id < :to", "to", TaskQueries.idAt(filter.to()));
    }

    private static String @Nullable [] names(List<Selector> types) {
        return types.isEmpty() ? null : types.stream().map(Selector::name).toArray(String[]::new);
    }

    private static Long @Nullable [] ids(List<TaskId> tasks) {
        return tasks.isEmpty() ? null : tasks.stream().map(TaskId::value).toArray(Long[]::new);
    }

    /** Returns the SQL of the number of a task's objects with this outcome, as {@link #having} selects them. */
    private static String count(@Nullable Outcome outcome) {
        return switch (outcome) {
            case null -> "t.object_count";
            case COMPLETE -> "t.complete_count";
            case FAILED ->
                "case when t.status in ('FAILED', 'CANCELLED') then t.object_count - t.complete_count"
                        + " else t.failed_count end";
            case OPEN ->
                "case when t.status in ('FAILED', 'CANCELLED') then 0"
                        + " else t.object_count - t.complete_count - t.failed_count end";
        };
    }

    private static String having(@Nullable Outcome outcome) {
        return switch (outcome) {
            case null -> "true";
            case COMPLETE -> STATUS + " = 'COMPLETE'";
            case FAILED -> STATUS + " in ('FAILED', 'CANCELLED')";
            case OPEN -> STATUS + " in ('PENDING', 'RUNNING')";
        };
    }

    private static TaskObject object(ResultSet row) throws SQLException {
        TaskStatus status = TaskStatus.valueOf(row.getString("status"));
        int nodes = row.getInt("nodes");
        return new TaskObject(
                new TaskId(row.getLong("shown_id")),
                TaskKind.valueOf(row.getString("kind")),
                Selector.valueOf(row.getString("selector")),
                row.getString("domain"),
                row.getString("object"),
                status,
                nodes - TaskQueries.texts(row, "lagging").size(),
                nodes,
                reason(row, status));
    }

    private static @Nullable String reason(ResultSet row, TaskStatus status) throws SQLException {
        String own = row.getString("description");
        return switch (status) {
            case FAILED -> own != null ? own : TaskQueries.reason(row);
            case CANCELLED -> own != null && own.startsWith(CANCELLED) ? own : CANCELLED;
            case PENDING, RUNNING, COMPLETE -> null;
        };
    }
}

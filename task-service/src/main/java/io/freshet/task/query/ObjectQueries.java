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
 * Lists objects over all tasks of an account by page number, newest task first. How many there are is summed from the tasks' own counters, and
 * only the tasks that the page lies in are opened: so a page costs a look at each matching task, and at a few objects.
 */
@Component
class ObjectQueries {

    /** An object that has been reached stays reached, whatever becomes of its task; one that has not fails with it. */
    private static final String STATUS = """
            case
                when o.status = 'COMPLETE' then 'COMPLETE'
                when t.status = 'FAILED' then 'FAILED'
                else coalesce(o.status, 'PENDING')
            end""";

    private static final String COLUMNS = """
            t.id, t.kind, t.selector, t.domain, t.failure, t.withdrawn_at, o.missing, coalesce(o.nodes, 0) as nodes, o.description,
            """ + STATUS + " as status";

    private final JdbcClient jdbc;

    ObjectQueries(@Qualifier("queries") JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * @param offset objects on the pages before
     */
    TaskObjectPage page(ObjectFilter filter, long offset, int limit) {
        Statement query = filter.object() == null ? ofTasks(filter, offset, limit) : ofOneName(filter, offset, limit);
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

    /** The names of objects come from the followed refresh while a push waits for it. */
    Statement ofTasks(ObjectFilter filter, long offset, int limit) {
        Statement query =
                new Statement("with matching as (select t.id, " + count(filter.outcome()) + " as n from task t");
        conditions(query, filter)
                .append("""
                ), page as (
                    select id, n, upto - n as before
                    from (select id, n, sum(n) over (order by id desc) as upto from matching where n > 0) as summed
                    where upto > :offset and upto - n < :offset + :limit
                )
                select s.total, r.*
                from (select coalesce(sum(n), 0) as total from matching) s
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

    Statement ofOneName(ObjectFilter filter, long offset, int limit) {
        Statement query = new Statement("with matching as (select o.index, o.object, " + COLUMNS + """
                 from object_era e
                join task_object o on
                """
                + TaskQueries.NAMED + "join task t on t.id = o.task_id");
        conditions(query, filter)
                .append(" and ")
                .append(having(filter.outcome()))
                .append("""
                )
                select s.total, r.*
                from (select count(*) as total from matching) s
                left join (select * from matching order by id desc, index offset :offset limit :limit) as r on true
                order by r.id desc, r.index
                """);
        return query.with("object", String.valueOf(filter.object()))
                .with("offset", offset)
                .with("limit", limit);
    }

    private static Statement conditions(Statement query, ObjectFilter filter) {
        return query.append(" where t.account = :account and t.kind is not null")
                .with("account", filter.account())
                .where("t.id = any(:tasks)", "tasks", ids(filter.tasks()))
                .where("t.kind = :kind", "kind", TaskQueries.name(filter.kind()))
                .where("t.selector = :type", "type", TaskQueries.name(filter.type()))
                .where("t.domain = :domain", "domain", filter.domain())
                .where("t.id >= :from", "from", TaskQueries.idAt(filter.from()))
                .where("t.id < :to", "to", TaskQueries.idAt(filter.to()));
    }

    private static Long @Nullable [] ids(List<TaskId> tasks) {
        return tasks.isEmpty() ? null : tasks.stream().map(TaskId::value).toArray(Long[]::new);
    }

    /** How many objects of a task have this outcome: what {@link #having} finds in it. */
    private static String count(@Nullable Outcome outcome) {
        return switch (outcome) {
            case null -> "t.object_count";
            case COMPLETE -> "t.complete_count";
            case FAILED ->
                "case when t.status = 'FAILED' then t.object_count - t.complete_count else t.failed_count end";
            case OPEN ->
                "case when t.status = 'FAILED' then 0 else t.object_count - t.complete_count - t.failed_count end";
        };
    }

    private static String having(@Nullable Outcome outcome) {
        return switch (outcome) {
            case null -> "true";
            case COMPLETE -> STATUS + " = 'COMPLETE'";
            case FAILED -> STATUS + " = 'FAILED'";
            case OPEN -> STATUS + " in ('PENDING', 'RUNNING')";
        };
    }

    private static TaskObject object(ResultSet row) throws SQLException {
        TaskStatus status = TaskStatus.valueOf(row.getString("status"));
        int nodes = row.getInt("nodes");
        return new TaskObject(
                new TaskId(row.getLong("id")),
                TaskKind.valueOf(row.getString("kind")),
                Selector.valueOf(row.getString("selector")),
                row.getString("domain"),
                row.getString("object"),
                status,
                nodes - TaskQueries.texts(row, "missing").size(),
                nodes,
                status == TaskStatus.FAILED ? reason(row) : null);
    }

    private static @Nullable String reason(ResultSet row) throws SQLException {
        String own = row.getString("description");
        return own != null ? own : TaskQueries.reason(row);
    }
}

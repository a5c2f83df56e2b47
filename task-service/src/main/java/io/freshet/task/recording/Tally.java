package io.freshet.task.recording;

import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Keeps the tasks' sums in step with their objects: a statement that changes objects moves the sums by what it changed. */
@Component
class Tally {

    private static final String COUNTED = """
            with changed as (
            %s
            returning new.task_id,
                (new.status = 'COMPLETE')::int - coalesce((old.status = 'COMPLETE')::int, 0) as complete,
                (new.status = 'FAILED')::int - coalesce((old.status = 'FAILED')::int, 0) as failed,
                (new.settled and new.status = 'COMPLETE')::int - coalesce((old.settled and old.status = 'COMPLETE')::int, 0) as settled,
                (new.missing is not null)::int - (old.missing is not null)::int as reported,
                coalesce(new.nodes - cardinality(new.missing), 0) - coalesce(old.nodes - cardinality(old.missing), 0) as delivered,
                new.nodes - coalesce(old.nodes, 0) as pairs,
                new.nodes
            ), moved as (
                select task_id, sum(complete) as complete, sum(failed) as failed, sum(settled) as settled, sum(reported) as reported,
                    sum(delivered) as delivered, sum(pairs) as pairs, max(nodes) as nodes
                from changed group by task_id
            )
            update task t set
                complete_count = t.complete_count + m.complete,
                failed_count = t.failed_count + m.failed,
                settled_count = t.settled_count + m.settled,
                reported_count = t.reported_count + m.reported,
                delivered = t.delivered + m.delivered,
                pairs = t.pairs + m.pairs,
                max_nodes = greatest(t.max_nodes, m.nodes)
            from moved m where t.id = m.task_id
            """;

    private final JdbcClient jdbc;

    Tally(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Runs a statement that inserts or updates {@code task_object}, without its {@code returning}. */
    void change(String statement, Map<String, ?> parameters) {
        jdbc.sql(COUNTED.formatted(statement)).params(parameters).update();
    }

    /** What is unfinished in a task that failed as a whole has failed. */
    void failObjectsOfFailed(Long[] tasks) {
        change("""
                update task_object o set failed = true
                from task t
                where t.id = any(:tasks::bigint[]) and t.failure is not null and not t.expired and o.task_id = t.id
                    and not o.failed and o.missing is distinct from '{}'
                """, Map.of("tasks", tasks));
    }

    /** An event that came before its command may have told of objects that the task does not have: they must not count. */
    void forgetUnnamedObjects(Long[] tasks) {
        change("""
                update task_object o set told = false, missing = null, nodes = 0, failed = false, settled = false
                from task t
                where t.id = any(:tasks::bigint[]) and t.told and o.task_id = t.id and o.object is null and o.told
                """, Map.of("tasks", tasks));
    }

    /** Notes when a task came to its status, and who is late. */
    void conclude(Long[] tasks) {
        jdbc.sql("""
                        update task t set
                            applied_at = case when t.status = 'COMPLETE' then coalesce(t.applied_at, t.last_event_at) end,
                            settled_at = case when t.status = 'COMPLETE' and t.settled_count = t.object_count
                                then coalesce(t.settled_at, t.last_event_at) end,
                            failed_at = case when t.status = 'FAILED' then coalesce(t.failed_at, t.last_event_at) end,
                            lagging_nodes = case when t.status = 'COMPLETE' then '{}' else array (
                                select distinct node from task_object o, unnest(o.missing) node where o.task_id = t.id order by node) end
                        where t.id = any(:tasks::bigint[]) and t.told
                        """).param("tasks", tasks).update();
    }
}

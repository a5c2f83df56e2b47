package io.freshet.task.writer;

import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Counters of tasks over their objects: every statement that changes objects adds the difference to the counters. */
@Component
class TaskCounters {

    private static final String COUNTED = """
            with changed as (
            %s
            returning new.task_id,
                (new.status = 'COMPLETE')::int - coalesce((old.status = 'COMPLETE')::int, 0) as complete,
                (new.status = 'FAILED')::int - coalesce((old.status = 'FAILED')::int, 0) as failed,
                (new.settled and new.status = 'COMPLETE')::int
                    - coalesce((old.settled and old.status = 'COMPLETE')::int, 0) as settled,
                (new.missing is not null)::int - (old.missing is not null)::int as reported,
                coalesce(new.nodes - cardinality(new.missing), 0)
                    - coalesce(old.nodes - cardinality(old.missing), 0) as delivered,
                new.nodes - coalesce(old.nodes, 0) as pairs,
                new.in_no_cache::int - coalesce(old.in_no_cache::int, 0) as absent,
                (new.purged is not null)::int - (old.purged is not null)::int as purged,
                (new.verified is not null)::int - (old.verified is not null)::int as verified,
                new.nodes
            ), difference as (
                select task_id, sum(complete) as complete, sum(failed) as failed, sum(settled) as settled,
                    sum(reported) as reported, sum(delivered) as delivered, sum(pairs) as pairs, sum(absent) as absent,
                    sum(purged) as purged, sum(verified) as verified, max(nodes) as nodes
                from changed group by task_id
            )
            update task t set
                complete_count = t.complete_count + d.complete,
                failed_count = t.failed_count + d.failed,
                settled_count = t.settled_count + d.settled,
                reported_count = t.reported_count + d.reported,
                delivered = t.delivered + d.delivered,
                pairs = t.pairs + d.pairs,
                absent_count = t.absent_count + d.absent,
                purged_count = t.purged_count + d.purged,
                verified_count = t.verified_count + d.verified,
                max_nodes = greatest(t.max_nodes, d.nodes)
            from difference d where t.id = d.task_id
            """;

    private final JdbcClient jdbc;

    TaskCounters(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Runs a statement, given without {@code returning}, that inserts or updates {@code task_object}. */
    void change(String statement, Map<String, ?> parameters) {
        jdbc.sql(COUNTED.formatted(statement)).params(parameters).update();
    }

    /** Fails the unfinished objects of tasks that failed as a whole, but none that a task turned out not to have. */
    void failObjectsOfFailed(Long[] tasks) {
        change("""
                update task_object o set failed = true
                from task t
                where t.id = any(:tasks::bigint[]) and t.failure is not null and not t.expired and o.task_id = t.id
                    and (o.object is not null or not t.command_read)
                    and not o.failed and o.status <> 'COMPLETE'
                """, Map.of("tasks", tasks));
    }

    /** Resets objects that a task does not have, but an event that was read before its command has named. */
    void resetUnnamedObjects(Long[] tasks) {
        change("""
                update task_object o set
                    reported = false, missing = null, nodes = 0, sent = false, failed = false, settled = false,
                    purged = null, absent = null, banned = null, refused = null, verified = null,
                    still_served = null, still_served_because = null
                from task t
                where t.id = any(:tasks::bigint[]) and t.reported
                    and o.task_id = t.id and o.object is null and o.reported
                """, Map.of("tasks", tasks));
    }

    /** Writes when tasks came to their statuses, and which nodes lag. */
    void updateOutcome(Long[] tasks) {
        jdbc.sql("""
                        update task t set
                            applied_at = case when t.status = 'COMPLETE'
                                then coalesce(t.applied_at, t.last_event_at) end,
                            settled_at = case when t.status = 'COMPLETE' and t.settled_count = t.object_count
                                then coalesce(t.settled_at, t.last_event_at) end,
                            failed_at = case when t.status = 'FAILED'
                                then coalesce(t.failed_at, t.last_event_at) end,
                            lagging_nodes = case when t.status in ('COMPLETE', 'CANCELLED') then '{}' else array (
                                select distinct node
                                from task_object o,
                                    unnest(lagging_nodes(o.missing, o.still_served, o.settled, t.node_ids)) node
                                where o.task_id = t.id order by node) end
                        where t.id = any(:tasks::bigint[]) and t.reported
                        """).param("tasks", tasks).update();
    }
}

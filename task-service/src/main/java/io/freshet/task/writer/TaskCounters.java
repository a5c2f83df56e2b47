package io.freshet.task.writer;

import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Counters of tasks over their objects: every statement that changes objects adds the difference to the counters, those
 * of children also to the counters of their root.
 */
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
            ), effect as (
                select task_id as id, complete, failed, settled, reported, delivered, pairs, absent, purged, verified,
                    nodes, 0 as child_complete, 0 as child_failed, 0 as child_reported, 0 as child_delivered,
                    0 as child_pairs
                from difference
                union all
                select t.root_id, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                    d.nodes, d.complete, d.failed, d.reported, d.delivered, d.pairs
                from difference d join task t on t.id = d.task_id
                where t.root_id is not null
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
                max_nodes = greatest(t.max_nodes, d.nodes),
                child_complete = t.child_complete + d.child_complete,
                child_failed = t.child_failed + d.child_failed,
                child_reported = t.child_reported + d.child_reported,
                child_delivered = t.child_delivered + d.child_delivered,
                child_pairs = t.child_pairs + d.child_pairs
            from (
                select id, sum(complete) as complete, sum(failed) as failed, sum(settled) as settled,
                    sum(reported) as reported, sum(delivered) as delivered, sum(pairs) as pairs, sum(absent) as absent,
                    sum(purged) as purged, sum(verified) as verified, max(nodes) as nodes,
                    sum(child_complete) as child_complete, sum(child_failed) as child_failed,
                    sum(child_reported) as child_reported, sum(child_delivered) as child_delivered,
                    sum(child_pairs) as child_pairs
                from effect group by id
            ) d
            where t.id = d.id
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

    /** Writes the same of the roots among these tasks and of their children's, after the children's. */
    void updateOutcomeOfRoots(Long[] tasks) {
        Long[] roots =
                jdbc.sql("""
                        select distinct coalesce(root_id, id) from task
                        where id = any(:tasks::bigint[]) and (root_id is not null or child_count > 0) order by 1
                        """).param("tasks", tasks).query(Long.class).list().toArray(Long[]::new);
        if (roots.length > 0) {
            updateOutcome(roots);
            addNodesOfChildren(roots);
        }
    }

    private void addNodesOfChildren(Long[] roots) {
        jdbc.sql("""
                        update task t set lagging_nodes = array (
                            select unnest(t.lagging_nodes)
                            union select unnest(c.lagging_nodes) from task c where c.root_id = t.id
                            order by 1)
                        where t.id = any(:roots::bigint[]) and t.status not in ('COMPLETE', 'CANCELLED')
                        """).param("roots", roots).update();
    }
}

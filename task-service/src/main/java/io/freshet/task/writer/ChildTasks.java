package io.freshet.task.writer;

import io.freshet.contracts.TaskId;
import io.freshet.task.TaskIdTakenException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SequencedCollection;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Tasks with children of manifests, each a part of another task, its root. A child is added to its root by whatever
 * names it first: its command, its progress, or the manifest's. Its methods run in the caller's transaction.
 */
@Component
class ChildTasks {

    private final JdbcClient jdbc;

    ChildTasks(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A child.
     *
     * @param root the task that the account knows
     * @param objects number of its objects
     */
    record Child(TaskId id, String account, TaskId root, int objects) {}

    /**
     * Adds children to their roots, each once.
     *
     * @param children each id once
     * @param others accounts of the other tasks that the transaction writes, which are locked in the same order
     * @throws TaskIdTakenException if a child or a root is another account's
     */
    void add(SequencedCollection<Child> children, Map<TaskId, String> others) {
        if (children.isEmpty()) {
            return;
        }
        TreeMap<TaskId, String> tasks = new TreeMap<>(others);
        for (Child child : children) {
            tasks.put(child.id(), child.account());
            tasks.put(child.root(), child.account());
        }
        lock(tasks);
        jdbc.sql("""
                        with added as (
                            select c.id, c.root, c.objects,
                                sum(c.objects) over (partition by c.root order by c.position) - c.objects as before
                            from unnest(:ids::bigint[], :roots::bigint[], :objects::int[])
                                with ordinality as c (id, root, objects, position)
                            join task t on t.id = c.id
                            where t.root_id is null
                        ), child as (
                            update task t set
                                root_id = a.root, child_offset = r.child_count + a.before, object_count = a.objects,
                                cancelled_at = coalesce(t.cancelled_at, r.cancelled_at)
                            from added a join task r on r.id = a.root
                            where t.id = a.id
                        )
                        update task r set child_count = r.child_count + a.objects
                        from (select root, sum(objects) as objects from added group by root) a
                        where r.id = a.root
                        """)
                .param("ids", children.stream().map(c -> c.id().value()).toArray(Long[]::new))
                .param("roots", children.stream().map(c -> c.root().value()).toArray(Long[]::new))
                .param("objects", children.stream().map(Child::objects).toArray(Integer[]::new))
                .update();
    }

    /** Locks the tasks in the order of their ids, as everywhere; inserts unknown ones, which clients do not see. */
    private void lock(TreeMap<TaskId, String> tasks) {
        List<Long> locked = jdbc.sql("""
                        insert into task as t (id, account)
                        select * from unnest(:ids::bigint[], :accounts::text[])
                        on conflict (id) do update set account = t.account where t.account = excluded.account
                        returning id
                        """)
                .param("ids", tasks.keySet().stream().map(TaskId::value).toArray(Long[]::new))
                .param("accounts", tasks.values().toArray(String[]::new))
                .query(Long.class)
                .list();
        if (locked.size() < tasks.size()) {
            throw new TaskIdTakenException("one of the ids " + tasks.keySet() + " belongs to another account's task");
        }
    }

    /** Cancels the children of cancelled roots. */
    void cancelWith(Collection<TaskId> roots) {
        jdbc.sql("""
                        update task c set cancelled_at = r.cancelled_at
                        from task r
                        where r.id = any(:roots) and r.cancelled_at is not null
                            and c.root_id = r.id and c.cancelled_at is null
                        """)
                .param("roots", roots.stream().map(TaskId::value).toArray(Long[]::new))
                .update();
    }

    /** Inserts the objects of children that failed before their commands were read, so that they count as failed. */
    void insertObjectsOfFailed(Long[] tasks) {
        jdbc.sql("""
                        insert into task_object (task_id, index)
                        select t.id, i from task t, generate_series(0, t.object_count - 1) as i
                        where t.id = any(:tasks) and t.root_id is not null and t.failure is not null
                            and not t.command_read
                        on conflict (task_id, index) do nothing
                        """).param("tasks", tasks).update();
    }
}

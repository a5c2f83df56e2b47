package io.freshet.task.writer;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.TaskCancelled;
import io.freshet.task.schedule.ScheduledPushes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Writes cancellations, also of tasks that are not known yet or have finished: which objects are unfinished decides
 * about their effect. A push that waits for a refresh is cancelled with it; one that waits for its start is never
 * published. Children are cancelled with their root.
 */
@Component
class CancellationWriter {

    private final JdbcClient jdbc;
    private final TaskCounters counters;
    private final WaitingPushes waitingPushes;
    private final ScheduledPushes scheduledPushes;
    private final ChildTasks children;

    CancellationWriter(
            JdbcClient jdbc,
            TaskCounters counters,
            WaitingPushes waitingPushes,
            ScheduledPushes scheduledPushes,
            ChildTasks children) {
        this.jdbc = jdbc;
        this.counters = counters;
        this.waitingPushes = waitingPushes;
        this.scheduledPushes = scheduledPushes;
        this.children = children;
    }

    void write(List<TaskCancelled> cancellations) {
        if (cancellations.isEmpty()) {
            return;
        }
        // Tasks are locked in the order of their ids, as everywhere.
        SortedMap<TaskId, TaskCancelled> first = cancellations.stream()
                .collect(Collectors.toMap(
                        TaskCancelled::taskId,
                        cancelled -> cancelled,
                        (a, b) -> a.at().isAfter(b.at()) ? b : a,
                        TreeMap::new));
        upsertTasks(first);
        waitingPushes.cancelAfter(first.keySet());
        scheduledPushes.deleteCancelled(first.keySet());
        children.cancelWith(first.keySet());
        Long[] tasks = first.keySet().stream().map(TaskId::value).toArray(Long[]::new);
        counters.updateOutcome(tasks);
        counters.updateOutcomeOfRoots(tasks);
    }

    /** Inserts unknown tasks without a kind, so that clients do not see them. */
    private void upsertTasks(Map<TaskId, TaskCancelled> cancellations) {
        jdbc.sql("""
                        insert into task as t (id, account, cancelled_at)
                        select * from unnest(:ids::bigint[], :accounts::text[], :at::timestamptz[])
                        on conflict (id) do update set
                            cancelled_at = least(t.cancelled_at, excluded.cancelled_at), cancelled_with_refresh = false
                        where t.account = excluded.account
                        """)
                .param("ids", cancellations.keySet().stream().map(TaskId::value).toArray(Long[]::new))
                .param(
                        "accounts",
                        cancellations.values().stream()
                                .map(TaskCancelled::account)
                                .toArray(String[]::new))
                .param(
                        "at",
                        cancellations.values().stream()
                                .map(TaskCancelled::at)
                                .map(Instant::toString)
                                .toArray(String[]::new))
                .update();
    }
}

package io.freshet.task.storage;

import io.freshet.contracts.TaskId;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Removes expired history, in small chunks that hold their locks briefly. */
@Component
class HistoryCleaner implements PeriodicJob {

    private static final int CHUNK = 10_000;

    private final JdbcClient jdbc;
    private final ObjectPartitions partitions;
    private final HistoryProperties history;
    private final Clock clock;

    HistoryCleaner(JdbcClient jdbc, ObjectPartitions partitions, HistoryProperties history, Clock clock) {
        this.jdbc = jdbc;
        this.partitions = partitions;
        this.history = history;
        this.clock = clock;
    }

    @Override
    public Duration interval() {
        return history.checkInterval();
    }

    @Override
    public void run() {
        partitions.maintain();
        long oldest = TaskId.floor(clock.instant().minus(history.retention())).value();
        removeBefore(
                oldest,
                "delete from task where id in (select id from task where id < :oldest order by id limit :chunk)");
        removeBefore(
                oldest,
                "delete from batch where id in (select id from batch where id < :oldest order by id limit :chunk)");
        removeBefore(oldest, """
                delete from charge where task_id in (
                    select task_id from charge where task_id < :oldest order by task_id limit :chunk)
                """);
        removeBefore(oldest, """
                delete from task_object_default where (task_id, index) in (
                    select task_id, index from task_object_default
                    where task_id < :oldest order by task_id limit :chunk)
                """);
        // Not in one transaction with dropping partitions: a writer that holds the segment's row would wait for it.
        jdbc.sql("delete from index_segment where segment > 0 and last_task < :oldest")
                .param("oldest", oldest)
                .update();
        jdbc.sql("delete from idempotency_key where expires_at < :now")
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .update();
        jdbc.sql("delete from quota_use where day < :day")
                .param(
                        "day",
                        LocalDate.ofInstant(clock.instant().minus(history.retention()), ZoneOffset.UTC)
                                .minusDays(1))
                .update();
    }

    private void removeBefore(long oldest, String sql) {
        int removed;
        do {
            removed =
                    jdbc.sql(sql).param("oldest", oldest).param("chunk", CHUNK).update();
        } while (removed == CHUNK);
    }
}

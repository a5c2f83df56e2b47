package io.freshet.task.batch;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.TaskCancelled;
import io.freshet.task.outbox.Outbox;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Cancellations of batches' tasks that Kafka does not have yet. Every method runs in the caller's transaction. */
@Component
class StagedCancellations implements Outbox<TaskCancelled> {

    private static final int CHUNK = 1_000;

    private final JdbcClient jdbc;

    StagedCancellations(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Cancels the unfinished tasks of a batch, and adds their cancellations. */
    void cancelTasks(long batch, Instant now) {
        // Tasks are locked in the order of their ids, as everywhere.
        jdbc.sql("""
                        with unfinished as (
                            select id from task where batch_id = :batch and status in ('PENDING', 'RUNNING')
                            order by id for update
                        ), cancelled as (
                            update task t set cancelled_at = :now, cancelled_with_refresh = false
                            from unfinished u where t.id = u.id
                            returning t.id, t.account, t.cancelled_at
                        )
                        insert into batch_cancellation select * from cancelled on conflict do nothing
                        """)
                .param("batch", batch)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
    }

    @Override
    public int chunk() {
        return CHUNK;
    }

    @Override
    public List<TaskCancelled> lock(int limit) {
        return jdbc.sql("select * from batch_cancellation order by task_id limit :limit for update skip locked")
                .param("limit", limit)
                .query((row, _) -> new TaskCancelled(
                        new TaskId(row.getLong("task_id")),
                        row.getString("account"),
                        row.getObject("cancelled_at", OffsetDateTime.class).toInstant()))
                .list();
    }

    @Override
    public Message message(TaskCancelled stored) {
        return stored;
    }

    @Override
    public void delete(List<TaskCancelled> published) {
        jdbc.sql("delete from batch_cancellation where task_id = any(:tasks::bigint[])")
                .param(
                        "tasks",
                        published.stream()
                                .map(cancelled -> cancelled.taskId().value())
                                .toArray(Long[]::new))
                .update();
    }
}

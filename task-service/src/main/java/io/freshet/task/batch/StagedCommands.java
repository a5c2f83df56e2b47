package io.freshet.task.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.admission.TaskToAdmit;
import io.freshet.contracts.batch.BatchChunk;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.task.batch.StagedCommands.StagedCommand;
import io.freshet.task.outbox.Outbox;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Commands of batches that Kafka does not have yet. Every method runs in the caller's transaction. */
@Component
class StagedCommands implements Outbox<StagedCommand> {

    /** With commands of at most 1 MB each this bounds the memory. */
    private static final int CHUNK = 16;

    private final JdbcClient jdbc;

    StagedCommands(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A command as the gateway has sent it. */
    record StagedCommand(long taskId, String type, String command) {}

    /**
     * Adds a command.
     *
     * @param released whether it may be published once the transaction has been committed
     */
    void add(long batch, BatchChunk.ChunkTask chunk, boolean released) {
        TaskToAdmit task = chunk.request().tasks().getFirst();
        jdbc.sql("""
                        insert into batch_command
                            (task_id, batch_id, domain, object_count, type, command, released)
                        values (:task, :batch, :domain, :objects, :type, :command, :released)
                        """)
                .param("task", task.taskId().value())
                .param("batch", batch)
                .param("domain", task.domain())
                .param("objects", task.objectCount())
                .param("type", chunk.type())
                .param("command", chunk.command())
                .param("released", released)
                .update();
    }

    /** Returns the tasks of a batch that have not been admitted yet. */
    List<TaskToAdmit> held(long batch) {
        return jdbc.sql("""
                        select task_id, domain, object_count from batch_command
                        where batch_id = :batch and not released order by task_id
                        """)
                .param("batch", batch)
                .query((row, _) -> new TaskToAdmit(
                        new TaskId(row.getLong("task_id")), row.getString("domain"), row.getInt("object_count")))
                .list();
    }

    /** Lets all commands of a batch be published. */
    void release(long batch) {
        jdbc.sql("update batch_command set released = true where batch_id = :batch and not released")
                .param("batch", batch)
                .update();
    }

    /** Deletes the commands of a batch that may not be published yet. */
    void deleteHeld(long batch) {
        jdbc.sql("delete from batch_command where batch_id = :batch and not released")
                .param("batch", batch)
                .update();
    }

    /** Deletes all commands of a batch; waits for those that are being published now. */
    void deleteAll(long batch) {
        jdbc.sql("delete from batch_command where batch_id = :batch")
                .param("batch", batch)
                .update();
    }

    @Override
    public int chunk() {
        return CHUNK;
    }

    /** Locks and returns released commands. */
    @Override
    public List<StagedCommand> lock(int limit) {
        return jdbc.sql("""
                        select task_id, type, command from batch_command
                        where released order by task_id limit :limit for update skip locked
                        """)
                .param("limit", limit)
                .query((row, _) ->
                        new StagedCommand(row.getLong("task_id"), row.getString("type"), row.getString("command")))
                .list();
    }

    @Override
    public Message message(StagedCommand stored) {
        return MessageFormat.read(stored.type(), stored.command().getBytes(UTF_8));
    }

    @Override
    public void delete(List<StagedCommand> published) {
        jdbc.sql("delete from batch_command where task_id = any(:tasks::bigint[])")
                .param("tasks", published.stream().map(StagedCommand::taskId).toArray(Long[]::new))
                .update();
    }
}

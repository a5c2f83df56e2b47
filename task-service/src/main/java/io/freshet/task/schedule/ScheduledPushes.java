package io.freshet.task.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.contracts.message.PushCommand;
import io.freshet.task.outbox.Outbox;
import io.freshet.task.schedule.ScheduledPushes.DuePush;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Commands of pushes until they start. Every method runs in the caller's transaction. */
@Component
public class ScheduledPushes implements Outbox<DuePush> {

    /** With commands of at most 1 MB each this bounds the memory. */
    private static final int CHUNK = 16;

    /** See {@link MessageFormat#typeOf}. */
    private static final String TYPE = "push.v1";

    private final JdbcClient jdbc;
    private final Clock clock;

    ScheduledPushes(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** A command that is due, as workers execute it. */
    record DuePush(long taskId, String command) {}

    /**
     * Adds the commands of tasks that are stored and neither started nor cancelled. Commands that were added before
     * stay as they are.
     *
     * @param commands each with a start time
     */
    public void add(Collection<PushCommand> commands) {
        if (commands.isEmpty()) {
            return;
        }
        jdbc.sql("""
                        insert into scheduled_push (task_id, start_at, command)
                        select s.* from unnest(:ids::bigint[], :starts::timestamptz[], :commands::text[])
                            as s (task_id, start_at, command)
                        join task t on t.id = s.task_id and not t.command_read and t.cancelled_at is null
                        on conflict do nothing
                        """)
                .param(
                        "ids",
                        commands.stream()
                                .map(command -> command.taskId().value())
                                .toArray(Long[]::new))
                .param(
                        "starts",
                        commands.stream()
                                .map(command ->
                                        requireNonNull(command.startAt()).toString())
                                .toArray(String[]::new))
                .param(
                        "commands",
                        commands.stream()
                                .map(command -> new String(MessageFormat.write(command.due()), UTF_8))
                                .toArray(String[]::new))
                .update();
    }

    /** Deletes the commands of those tasks that are cancelled: they are never published. */
    public void deleteCancelled(Collection<TaskId> tasks) {
        jdbc.sql("""
                        delete from scheduled_push s using task t
                        where s.task_id = any(:tasks::bigint[]) and t.id = s.task_id and t.cancelled_at is not null
                        """)
                .param("tasks", tasks.stream().map(TaskId::value).toArray(Long[]::new))
                .update();
    }

    @Override
    public int chunk() {
        return CHUNK;
    }

    /** Locks and returns due commands of tasks that are not cancelled. */
    @Override
    public List<DuePush> lock(int limit) {
        return jdbc.sql("""
                        select task_id, command from scheduled_push s
                        where start_at <= :now
                            and not exists (
                                select from task t where t.id = s.task_id and t.cancelled_at is not null)
                        order by start_at limit :limit for update skip locked
                        """)
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("limit", limit)
                .query((row, _) -> new DuePush(row.getLong("task_id"), row.getString("command")))
                .list();
    }

    @Override
    public Message message(DuePush stored) {
        return MessageFormat.read(TYPE, stored.command().getBytes(UTF_8));
    }

    @Override
    public void delete(List<DuePush> published) {
        jdbc.sql("delete from scheduled_push where task_id = any(:tasks::bigint[])")
                .param("tasks", published.stream().map(DuePush::taskId).toArray(Long[]::new))
                .update();
    }
}

package io.freshet.task.recording;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.TaskFailed;
import io.freshet.contracts.message.Topics;
import io.freshet.kafka.DeadLetters;
import io.freshet.kafka.MessagePublisher;
import io.freshet.task.TaskIdTakenException;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What becomes of a record that cannot be recorded: a dead letter, and where it was a command, its task fails, since nobody would ever
 * hear of it again. The failure goes through the log like any other event, so that live views see it.
 */
@Component
class Rejection {

    private static final Set<String> COMMANDS = Set.of(Topics.PURGE_COMMANDS, Topics.PUSH_COMMANDS);

    private final DeadLetters deadLetters;
    private final MessagePublisher publisher;
    private final JdbcClient jdbc;
    private final Clock clock;

    Rejection(DeadLetters deadLetters, MessagePublisher publisher, JdbcClient jdbc, Clock clock) {
        this.deadLetters = deadLetters;
        this.publisher = publisher;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Nobody can tell what this record says; its key may still name an admitted task. */
    void unreadable(ConsumerRecord<String, byte[]> record, RuntimeException reason) {
        if (COMMANDS.contains(record.topic()) && record.key() != null) {
            admitted(record.key()).ifPresent(task -> fail(task.id(), task.account(), reason));
        }
        deadLetters.send(record, Group.NAME, reason).join();
    }

    /** This record says something that cannot be kept. */
    void unfit(Entry entry, RuntimeException reason) {
        // A taken id belongs to another task, which has done nothing wrong.
        if (entry.message() instanceof Command command && !(reason instanceof TaskIdTakenException)) {
            fail(command.taskId(), command.account(), reason);
        }
        deadLetters.send(entry.source(), Group.NAME, reason).join();
    }

    private void fail(TaskId task, String account, RuntimeException reason) {
        String why = "its command could not be recorded: "
                + NestedExceptionUtils.getMostSpecificCause(reason).getMessage();
        publisher.publish(new TaskFailed(task, account, why, clock.instant())).join();
    }

    private record Admitted(TaskId id, String account) {}

    private Optional<Admitted> admitted(String key) {
        TaskId id;
        try {
            id = TaskId.parse(key);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return jdbc.sql("select account from task where id = :id and admitted_at is not null")
                .param("id", id.value())
                .query(String.class)
                .optional()
                .map(account -> new Admitted(id, account));
    }
}

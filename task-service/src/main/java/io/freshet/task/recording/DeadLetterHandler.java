package io.freshet.task.recording;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.TaskFailed;
import io.freshet.contracts.message.Topics;
import io.freshet.kafka.DeadLetters;
import io.freshet.kafka.MessagePublisher;
import io.freshet.task.TaskIdTakenException;
import io.freshet.task.writer.MessageRecord;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Sends a record that cannot be written to the dead-letter topic. If it is a command, its task fails, by an event like
 * any other, so that live views see it.
 */
@Component
class DeadLetterHandler {

    private static final Set<String> COMMANDS = Set.of(Topics.PURGE_COMMANDS, Topics.PUSH_COMMANDS);

    private final DeadLetters deadLetters;
    private final MessagePublisher publisher;
    private final JdbcClient jdbc;
    private final Clock clock;

    DeadLetterHandler(DeadLetters deadLetters, MessagePublisher publisher, JdbcClient jdbc, Clock clock) {
        this.deadLetters = deadLetters;
        this.publisher = publisher;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Handles a record that cannot be parsed; its key may still name an admitted task. */
    void unreadable(ConsumerRecord<String, byte[]> record, RuntimeException reason) {
        if (COMMANDS.contains(record.topic()) && record.key() != null) {
            admittedTask(record.key()).ifPresent(task -> fail(task.id(), task.account(), reason));
        }
        deadLetters.send(record, ConsumerGroup.NAME, reason).join();
    }

    /** Handles a message that violates a constraint of the task store. */
    void unwritable(MessageRecord message, RuntimeException reason) {
        // An id that is taken belongs to another task, which must not fail.
        if (message.message() instanceof Command command && !(reason instanceof TaskIdTakenException)) {
            fail(command.taskId(), command.account(), reason);
        }
        deadLetters.send(message.source(), ConsumerGroup.NAME, reason).join();
    }

    private void fail(TaskId task, String account, RuntimeException reason) {
        String why = "its command could not be recorded: "
                + NestedExceptionUtils.getMostSpecificCause(reason).getMessage();
        publisher.publish(new TaskFailed(task, account, why, clock.instant())).join();
    }

    private record TaskOfAccount(TaskId id, String account) {}

    private Optional<TaskOfAccount> admittedTask(String key) {
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
                .map(account -> new TaskOfAccount(id, account));
    }
}

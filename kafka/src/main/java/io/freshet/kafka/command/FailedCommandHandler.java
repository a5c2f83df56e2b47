package io.freshet.kafka.command;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.TaskFailed;
import io.freshet.kafka.DeadLetters;
import io.freshet.kafka.MessagePublisher;
import io.freshet.kafka.ReceivedMessage;
import io.freshet.kafka.UntilAcknowledged;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Turns a command that cannot be executed into a dead letter and a failed task; only then it counts as done. */
final class FailedCommandHandler {

    /** Longest account name in characters; a longer one is garbage and could make the event too large. */
    private static final int MAX_ACCOUNT = 1_000;

    private final DeadLetters deadLetters;
    private final MessagePublisher publisher;
    private final String group;
    private final Clock clock;

    FailedCommandHandler(DeadLetters deadLetters, MessagePublisher publisher, String group, Clock clock) {
        this.deadLetters = deadLetters;
        this.publisher = publisher;
        this.group = group;
        this.clock = clock;
    }

    /**
     * Handles a failed command in the background, until Kafka acknowledges the dead letter and the event.
     *
     * @param command null if it could not be read
     */
    void handle(
            ConsumerRecord<String, byte[]> record,
            @Nullable Command command,
            Throwable failure,
            OffsetTracker tracker) {
        Throwable reason =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        Thread.ofVirtual().name(group + "-failed-command").start(() -> {
            try {
                if (publish(record, command, reason, tracker)) {
                    tracker.done(record.offset());
                }
            } catch (InterruptedException _) {
                // The next owner of the partition handles the record again.
            }
        });
    }

    private boolean publish(
            ConsumerRecord<String, byte[]> record, @Nullable Command command, Throwable reason, OffsetTracker tracker)
            throws InterruptedException {
        if (!UntilAcknowledged.send(
                "a dead letter of group " + group, () -> deadLetters.send(record, group, reason), tracker::abandoned)) {
            return false;
        }
        Optional<TaskFailed> event = taskFailed(record, command, reason);
        return event.isEmpty()
                || UntilAcknowledged.send(
                        "the failure of task " + event.get().taskId(),
                        () -> publisher.publish(event.get()),
                        tracker::abandoned);
    }

    /** Returns the event, or empty if the record names no account or task. */
    private Optional<TaskFailed> taskFailed(
            ConsumerRecord<String, byte[]> record, @Nullable Command command, Throwable reason) {
        String why = reason.getMessage() == null ? reason.toString() : reason.getMessage();
        if (command != null) {
            return Optional.of(new TaskFailed(command.taskId(), command.account(), why, clock.instant()));
        }
        String account = ReceivedMessage.accountOf(record);
        if (account == null || account.length() > MAX_ACCOUNT) {
            return Optional.empty();
        }
        return taskId(json(record).path("taskId").asString(""))
                .or(() -> taskId(record.key()))
                .map(task -> new TaskFailed(task, account, why, clock.instant()));
    }

    private static JsonNode json(ConsumerRecord<String, byte[]> record) {
        try {
            return record.value() == null
                    ? MissingNode.getInstance()
                    : JsonMapping.mapper().readTree(record.value());
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    private static Optional<TaskId> taskId(@Nullable String text) {
        try {
            return text == null ? Optional.empty() : Optional.of(TaskId.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

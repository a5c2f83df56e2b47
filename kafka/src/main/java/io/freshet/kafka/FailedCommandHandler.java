package io.freshet.kafka;

import io.freshet.contracts.JsonMapping;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.TaskFailed;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** A command that nobody can handle: it becomes a dead letter, its task fails, and only then it counts as done. */
final class FailedCommandHandler {

    private static final Logger log = LoggerFactory.getLogger(FailedCommandHandler.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** What is longer is no account's name, and an event that holds it could be too large to send. */
    private static final int MAX_ACCOUNT = 1_000;

    private final DeadLetters deadLetters;
    private final MessagePublisher publisher;
    private final String group;

    FailedCommandHandler(DeadLetters deadLetters, MessagePublisher publisher, String group) {
        this.deadLetters = deadLetters;
        this.publisher = publisher;
        this.group = group;
    }

    /**
     * Buries a record in the background; while the broker is away it goes on trying.
     *
     * @param command null if it could not be read
     */
    void bury(
            ConsumerRecord<String, byte[]> record,
            @Nullable Command command,
            Throwable failure,
            OffsetTracker tracker) {
        Throwable reason =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        Thread.ofVirtual().name(group + "-burial").start(() -> {
            try {
                acknowledged(tracker, () -> deadLetters.send(record, group, reason));
                taskFailed(record, command, reason)
                        .ifPresent(event -> acknowledged(tracker, () -> publisher.publish(event)));
                tracker.done(record.offset());
            } catch (AbandonedException _) {
                // Whoever owns the partition now buries it again.
            }
        });
    }

    private void acknowledged(OffsetTracker tracker, Supplier<CompletableFuture<Void>> send) {
        while (!tracker.abandoned()) {
            try {
                send.get().join();
                return;
            } catch (CompletionException e) {
                log.warn("Group {} cannot write a dead letter or its event yet: {}", group, e.getMessage());
                pause();
            }
        }
        throw new AbandonedException();
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            throw new AbandonedException();
        }
    }

    /** Empty if the record does not even say whose it is. */
    private static Optional<TaskFailed> taskFailed(
            ConsumerRecord<String, byte[]> record, @Nullable Command command, Throwable reason) {
        String why = reason.getMessage() == null ? reason.toString() : reason.getMessage();
        if (command != null) {
            return Optional.of(new TaskFailed(command.taskId(), command.account(), why, Instant.now()));
        }
        String account = ReceivedMessage.accountOf(record);
        if (account == null || account.length() > MAX_ACCOUNT) {
            return Optional.empty();
        }
        return taskId(json(record).path("taskId").asString(""))
                .or(() -> taskId(record.key()))
                .map(task -> new TaskFailed(task, account, why, Instant.now()));
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

    private static final class AbandonedException extends RuntimeException {}
}

package io.freshet.task.batch;

import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.kafka.MessagePublisher;
import io.freshet.task.batch.StagedCommands.StagedCommand;
import io.freshet.task.storage.PeriodicJob;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.springframework.kafka.KafkaException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Publishes the released commands of batches, at least once: a command is deleted after Kafka's acknowledgement.
 * Several instances share the work.
 */
@Component
class StagedCommandPublisher implements PeriodicJob {

    /** With commands of at most 1 MB each this bounds the memory. */
    private static final int CHUNK = 16;

    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final StagedCommands commands;
    private final MessagePublisher publisher;
    private final TransactionTemplate transaction;

    StagedCommandPublisher(StagedCommands commands, MessagePublisher publisher, TransactionTemplate transaction) {
        this.commands = commands;
        this.publisher = publisher;
        this.transaction = transaction;
    }

    @Override
    public Duration interval() {
        return INTERVAL;
    }

    @Override
    public void run() {
        int published;
        do {
            published = Objects.requireNonNull(transaction.execute(_ -> publishChunk()));
        } while (published == CHUNK);
    }

    private int publishChunk() {
        List<StagedCommand> chunk = commands.lockReleased(CHUNK);
        try {
            CompletableFuture.allOf(chunk.stream()
                            .map(StagedCommandPublisher::message)
                            .map(publisher::publish)
                            .toArray(CompletableFuture[]::new))
                    .join();
        } catch (CompletionException e) {
            throw new KafkaException("Commands of batches could not be published", e.getCause());
        }
        if (!chunk.isEmpty()) {
            commands.delete(chunk);
        }
        return chunk.size();
    }

    private static Message message(StagedCommand staged) {
        return MessageFormat.read(staged.type(), staged.command().getBytes(StandardCharsets.UTF_8));
    }
}

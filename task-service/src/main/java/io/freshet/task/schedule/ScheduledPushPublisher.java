package io.freshet.task.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.kafka.MessagePublisher;
import io.freshet.task.schedule.ScheduledPushes.DuePush;
import io.freshet.task.storage.PeriodicJob;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.KafkaException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Publishes the commands of pushes whose start has come, at least once: a command is deleted after Kafka's
 * acknowledgement. Several instances share the work.
 */
@Component
class ScheduledPushPublisher implements PeriodicJob {

    /** With commands of at most 1 MB each this bounds the memory. */
    private static final int CHUNK = 16;

    /** See {@link MessageFormat#typeOf}. */
    private static final String TYPE = "push.v1";

    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final ScheduledPushes pushes;
    private final MessagePublisher publisher;
    private final TransactionTemplate transaction;
    private final Clock clock;

    ScheduledPushPublisher(
            ScheduledPushes pushes, MessagePublisher publisher, TransactionTemplate transaction, Clock clock) {
        this.pushes = pushes;
        this.publisher = publisher;
        this.transaction = transaction;
        this.clock = clock;
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
        List<DuePush> due = pushes.lockDue(clock.instant(), CHUNK);
        if (due.isEmpty()) {
            return 0;
        }
        try {
            CompletableFuture.allOf(due.stream()
                            .map(ScheduledPushPublisher::message)
                            .map(publisher::publish)
                            .toArray(CompletableFuture[]::new))
                    .join();
        } catch (CompletionException e) {
            throw new KafkaException("Scheduled pushes could not be published", e.getCause());
        }
        pushes.delete(due);
        return due.size();
    }

    private static Message message(DuePush push) {
        return MessageFormat.read(TYPE, push.command().getBytes(UTF_8));
    }
}

package io.freshet.push.task;

import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.kafka.MessagePublisher;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes a task's progress periodically and at its end. */
final class ProgressReporter {

    private static final Logger log = LoggerFactory.getLogger(ProgressReporter.class);

    private record PublishedEvent(ObjectsProgressed event, CompletableFuture<Void> acknowledgement) {}

    private final MessagePublisher publisher;
    private final PushProgress progress;
    private final Duration interval;

    ProgressReporter(MessagePublisher publisher, PushProgress progress, Duration interval) {
        this.publisher = publisher;
        this.progress = progress;
        this.interval = interval;
    }

    /**
     * Returns when the work is done and Kafka has acknowledged its progress, however long the broker is away.
     *
     * @throws CompletionException if the work failed
     */
    void reportUntilDone(CompletableFuture<Void> work) {
        try {
            while (!done(work)) {
                report();
            }
            while (!report()) {
                Thread.sleep(interval);
            }
        } catch (InterruptedException e) {
            throw new PushAbandonedException(e);
        }
        work.join();
    }

    private boolean done(CompletableFuture<Void> work) throws InterruptedException {
        try {
            work.get(interval.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private boolean report() {
        List<PublishedEvent> sent = progress.takeUnreported().stream()
                .map(event -> new PublishedEvent(event, publisher.publish(event)))
                .toList();
        boolean all = true;
        for (PublishedEvent one : sent) {
            all &= acknowledged(one);
        }
        return all;
    }

    private boolean acknowledged(PublishedEvent sent) {
        try {
            sent.acknowledgement().join();
            return true;
        } catch (CompletionException e) {
            log.warn(
                    "Kafka did not acknowledge the progress of task {}; it is published again: {}",
                    sent.event().taskId(),
                    e.getMessage());
            progress.reportAgain(sent.event());
            return false;
        }
    }
}

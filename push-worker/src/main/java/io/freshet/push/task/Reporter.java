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

/** Publishes what changed, now and then and at the end. */
final class Reporter {

    private static final Logger log = LoggerFactory.getLogger(Reporter.class);

    private record Sent(ObjectsProgressed event, CompletableFuture<Void> acknowledgement) {}

    private final MessagePublisher publisher;
    private final Progress progress;
    private final Duration every;

    Reporter(MessagePublisher publisher, Progress progress, Duration every) {
        this.publisher = publisher;
        this.progress = progress;
        this.every = every;
    }

    /**
     * Returns when the work is done and all of it has been acknowledged, however long the broker is away.
     *
     * @throws CompletionException if the work failed
     */
    void tellUntilDone(CompletableFuture<Void> work) {
        try {
            while (!done(work)) {
                tell();
            }
            while (!tell()) {
                Thread.sleep(every);
            }
        } catch (InterruptedException e) {
            throw new AbandonedException(e);
        }
        work.join();
    }

    private boolean done(CompletableFuture<Void> work) throws InterruptedException {
        try {
            work.get(every.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private boolean tell() {
        List<Sent> sent = progress.untold().stream()
                .map(event -> new Sent(event, publisher.publish(event)))
                .toList();
        boolean all = true;
        for (Sent one : sent) {
            all &= arrived(one);
        }
        return all;
    }

    private boolean arrived(Sent sent) {
        try {
            sent.acknowledgement().join();
            return true;
        } catch (CompletionException e) {
            log.warn("Progress of task {} will be told again: {}", sent.event().taskId(), e.getMessage());
            progress.tellAgain(sent.event());
            return false;
        }
    }
}

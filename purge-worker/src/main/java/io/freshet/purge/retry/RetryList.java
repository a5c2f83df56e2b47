package io.freshet.purge.retry;

import io.freshet.contracts.message.PurgeRetry;
import io.freshet.kafka.MessagePublisher;
import io.freshet.purge.dispatch.PurgeRound;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.partition.PartitionState;
import java.time.Clock;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Retries of one partition, each on its own virtual thread: one that waits holds nothing that another needs. Each ends
 * when its node has completed the objects, or when its time is over.
 */
final class RetryList implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RetryList.class);

    private final PartitionState partition;
    private final RetryAttempt attempt;
    private final MessagePublisher publisher;
    private final RetryProperties settings;
    private final Duration reboundDelay;
    private final Clock clock;
    private final ExponentialBackOff backOff;

    /** Newest retry by key, while it has not ended; an older one of the same node and refresh ends by itself. */
    private final Map<String, PurgeRetry> retries = new ConcurrentHashMap<>();

    /** Held while a change is published, so that the topic's last record of a key is the newest. */
    private final ReentrantLock changes = new ReentrantLock(true);

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("retry-", 0).factory());

    RetryList(
            PartitionState partition,
            RetryAttempt attempt,
            MessagePublisher publisher,
            RetryProperties settings,
            Duration reboundDelay,
            Clock clock) {
        this.partition = partition;
        this.attempt = attempt;
        this.publisher = publisher;
        this.settings = settings;
        this.reboundDelay = reboundDelay;
        this.clock = clock;
        this.backOff = new ExponentialBackOff(settings.retryBackoff().toMillis(), 2);
        backOff.setMaxInterval(settings.maxRetryBackoff().toMillis());
    }

    /** Adds objects, and returns when Kafka has acknowledged them. */
    void add(PurgeRetry retry, NodeChannel node) throws InterruptedException {
        changes.lockInterruptibly();
        try {
            PurgeRetry earlier = retries.get(retry.key());
            PurgeRetry all = earlier == null ? retry : retry.with(earlier.objects());
            publisher.publishUntilAcknowledged(all);
            start(all, node);
        } finally {
            changes.unlock();
        }
    }

    /** Starts the retry, in place of an earlier one of the same node and refresh. */
    void start(PurgeRetry retry, NodeChannel node) {
        partition.noteIncomplete(node, retry.offset(), indexes(retry));
        if (retry.ended()) {
            return;
        }
        retries.put(retry.key(), retry);
        try {
            threads.execute(() -> run(retry, node));
        } catch (RejectedExecutionException e) {
            log.debug("partition {} is given up", partition.partition(), e);
        }
    }

    /** Returns the number of retries that have not ended. */
    int size() {
        return retries.size();
    }

    private void run(PurgeRetry first, NodeChannel node) {
        try {
            sendUntilEnd(first, node);
        } catch (InterruptedException e) {
            log.debug("partition {} is given up", partition.partition(), e);
        } catch (RuntimeException e) {
            log.error("{}: unexpected failure of a retry for task {}", first.node(), first.taskId(), e);
        }
    }

    private void sendUntilEnd(PurgeRetry first, NodeChannel node) throws InterruptedException {
        BackOffExecution pauses = backOff.start();
        PurgeRetry retry = first;
        while (retry != null && retries.get(retry.key()) == retry) {
            Thread.sleep(pauses.nextBackOff());
            List<PurgeRetry.RetriedObject> completed = send(retry, node);
            if (!completed.isEmpty()) {
                retry = complete(retry, completed, node);
            } else if (clock.instant().isAfter(retry.until())) {
                end(retry);
                return;
            }
        }
    }

    /** Returns the objects that are completed, by a second purge if they need one. */
    private List<PurgeRetry.RetriedObject> send(PurgeRetry retry, NodeChannel node) throws InterruptedException {
        List<PurgeRetry.RetriedObject> sent = attempt.send(partition, retry, node, PurgeRound.FIRST);
        if (sent.isEmpty() || !attempt.needsSecondPurge(retry)) {
            return sent;
        }
        Thread.sleep(reboundDelay);
        return attempt.send(partition, retry.of(sent), node, PurgeRound.SECOND);
    }

    /** Returns the retry of the other objects; null if there are none, or if another retry has replaced this one. */
    private @Nullable PurgeRetry complete(PurgeRetry retry, List<PurgeRetry.RetriedObject> completed, NodeChannel node)
            throws InterruptedException {
        PurgeRetry rest = retry.without(completed);
        boolean isLast = rest.objects().isEmpty();
        changes.lockInterruptibly();
        try {
            if (isLast ? !retries.remove(retry.key(), retry) : !retries.replace(retry.key(), retry, rest)) {
                return null;
            }
            PurgeRetry done = retry.of(completed);
            partition.noteCompleted(node, done.offset(), indexes(done));
            attempt.reportCompleted(partition, done);
            if (isLast) {
                publisher.deleteUntilAcknowledged(retry);
                return null;
            }
            publisher.publishUntilAcknowledged(rest);
            return rest;
        } finally {
            changes.unlock();
        }
    }

    private static BitSet indexes(PurgeRetry retry) {
        BitSet indexes = new BitSet();
        retry.objects().forEach(object -> indexes.set(object.index()));
        return indexes;
    }

    private void end(PurgeRetry retry) throws InterruptedException {
        PurgeRetry ended = retry.end(
                retry.reason() + "; it was tried for " + settings.retryTimeout().toSeconds() + " s");
        changes.lockInterruptibly();
        try {
            if (retries.remove(retry.key(), retry)) {
                attempt.reportFailed(partition, ended);
                publisher.publishUntilAcknowledged(ended);
            }
        } finally {
            changes.unlock();
        }
    }

    /** Interrupts all retries and returns at once. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}

package io.freshet.purge.retry;

import io.freshet.contracts.message.PurgeRetry;
import io.freshet.kafka.MessagePublisher;
import io.freshet.purge.dispatch.PurgeRound;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.partition.PartitionState;
import java.time.Clock;
import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
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
    private final LongSupplier nanoTime;
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
            Clock clock,
            LongSupplier nanoTime) {
        this.partition = partition;
        this.attempt = attempt;
        this.publisher = publisher;
        this.settings = settings;
        this.reboundDelay = reboundDelay;
        this.clock = clock;
        this.nanoTime = nanoTime;
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
        long began = nanoTime.getAsLong();
        long timeout = remaining(first).toNanos();
        PurgeRetry retry = first;
        while (retry != null && retries.get(retry.key()) == retry) {
            Thread.sleep(pauses.nextBackOff());
            if (attempt.isCancelled(retry)) {
                drop(retry);
                return;
            }
            RetryAttempt.Sent sent = send(retry, node);
            if (!sent.completed().isEmpty()) {
                retry = complete(retry, sent, node);
            } else if (nanoTime.getAsLong() - began > timeout) {
                end(retry);
                return;
            }
        }
    }

    /** Returns the rest of the retry's time. The clock is asked once, when the retry starts or is taken over. */
    private Duration remaining(PurgeRetry retry) {
        Duration rest = Duration.between(clock.instant(), retry.until());
        Duration longest = settings.retryTimeout();
        return rest.isNegative() ? Duration.ZERO : rest.compareTo(longest) < 0 ? rest : longest;
    }

    /** Returns the objects that are completed, by a second purge if they need one. */
    private RetryAttempt.Sent send(PurgeRetry retry, NodeChannel node) throws InterruptedException {
        RetryAttempt.Sent first = attempt.send(partition, retry, node, PurgeRound.FIRST);
        if (first.completed().isEmpty() || !attempt.needsSecondPurge(partition, retry)) {
            return first;
        }
        Thread.sleep(reboundDelay);
        RetryAttempt.Sent second = attempt.send(partition, retry.of(first.completed()), node, PurgeRound.SECOND);
        return new RetryAttempt.Sent(second.completed(), first.purged());
    }

    /** Returns the retry of the other objects; null if there are none, or if another retry has replaced this one. */
    private @Nullable PurgeRetry complete(PurgeRetry retry, RetryAttempt.Sent sent, NodeChannel node)
            throws InterruptedException {
        PurgeRetry rest = retry.without(sent.completed());
        boolean isLast = rest.objects().isEmpty();
        changes.lockInterruptibly();
        try {
            if (isLast ? !retries.remove(retry.key(), retry) : !retries.replace(retry.key(), retry, rest)) {
                return null;
            }
            PurgeRetry done = retry.of(sent.completed());
            partition.noteCompleted(node, done.offset(), indexes(done));
            if (!attempt.isCancelled(done)) {
                attempt.reportCompleted(partition, done, sent.purged());
            }
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

    /** Ends a retry whose task was cancelled. */
    private void drop(PurgeRetry retry) throws InterruptedException {
        changes.lockInterruptibly();
        try {
            if (retries.remove(retry.key(), retry)) {
                publisher.deleteUntilAcknowledged(retry);
            }
        } finally {
            changes.unlock();
        }
    }

    private void end(PurgeRetry retry) throws InterruptedException {
        PurgeRetry ended = retry.end(
                retry.reason() + "; it was tried for " + settings.retryTimeout().toSeconds() + " s");
        changes.lockInterruptibly();
        try {
            if (retries.remove(retry.key(), retry)) {
                if (!attempt.isCancelled(retry)) {
                    attempt.reportFailed(partition, ended);
                }
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

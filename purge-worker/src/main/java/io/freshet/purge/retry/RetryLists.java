package io.freshet.purge.retry;

import io.freshet.contracts.message.PurgeRetry;
import io.freshet.kafka.MessagePublisher;
import io.freshet.purge.dispatch.IncompleteObjects;
import io.freshet.purge.dispatch.IncompleteRefreshes;
import io.freshet.purge.dispatch.RefreshProgress;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.partition.PartitionState;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Retries of all partitions that this worker owns. */
public final class RetryLists implements IncompleteRefreshes {

    private final RetryAttempt attempt;
    private final MessagePublisher publisher;
    private final RetryTopic topic;
    private final RetryProperties settings;
    private final Duration reboundDelay;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Map<PartitionState, RetryList> lists = new ConcurrentHashMap<>();

    /**
     * @param reboundDelay between the first purge and the second, where one is needed
     * @param clock dates the end of a retry, for the next owner of its partition
     * @param nanoTime monotonic time in nanoseconds, which decides when a retry ends
     */
    public RetryLists(
            RetryAttempt attempt,
            MessagePublisher publisher,
            RetryTopic topic,
            RetryProperties settings,
            Duration reboundDelay,
            Clock clock,
            LongSupplier nanoTime) {
        this.attempt = attempt;
        this.publisher = publisher;
        this.topic = topic;
        this.settings = settings;
        this.reboundDelay = reboundDelay;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /**
     * Continues the retries of a partition that this worker has taken over and opened.
     *
     * @param beginning first offset of the partition: retries of earlier refreshes are deleted
     * @throws org.apache.kafka.common.KafkaException if they cannot be read
     */
    public void open(PartitionState partition, long beginning) throws InterruptedException {
        List<PurgeRetry> known = topic.read(partition.partition());
        RetryList list = new RetryList(partition, attempt, publisher, settings, reboundDelay, clock, nanoTime);
        lists.put(partition, list);
        for (PurgeRetry retry : known) {
            if (retry.topicId().equals(partition.topicId()) && retry.offset() >= beginning) {
                // A retry of another node stays in the topic: the worker's configuration may be an older one.
                partition
                        .topology()
                        .node(retry.node())
                        .ifPresentOrElse(node -> list.start(retry, node), () -> noteLeft(partition, retry));
            } else {
                publisher.deleteUntilAcknowledged(retry);
            }
        }
    }

    private static void noteLeft(PartitionState partition, PurgeRetry retry) {
        if (!retry.ended()) {
            partition.noteLeftIncomplete(retry.node(), retry.offset());
        }
    }

    /** Gives the retries of a partition up: the next owner continues them. */
    public void close(PartitionState partition) {
        RetryList list = lists.remove(partition);
        if (list != null) {
            list.close();
        }
    }

    /** Returns the number of retries on all partitions. */
    public int size() {
        return lists.values().stream().mapToInt(RetryList::size).sum();
    }

    @Override
    public void takeOver(
            PartitionState partition, long offset, RefreshProgress refresh, NodeChannel node, IncompleteObjects objects)
            throws InterruptedException {
        PurgeRetry retry = new PurgeRetry(
                partition.partition(),
                offset,
                partition.topicId(),
                node.node().id(),
                refresh.command().taskId(),
                refresh.command().account(),
                refresh.command().domain(),
                refresh.command().selector(),
                refresh.command().soft(),
                refresh.command().acceptedAt(),
                refresh.objectCountOfTask(),
                RetryAttempt.objects(refresh, objects),
                objects.isRefused(),
                objects.reason(),
                clock.instant().plus(settings.retryTimeout()),
                false);
        RetryList list = lists.get(partition);
        if (list == null) {
            throw new InterruptedException("the partition was given up: its next owner dispatches the refresh again");
        }
        list.add(retry, node);
    }
}

package io.freshet.task.maintenance;

import io.freshet.contracts.message.Topics;
import io.freshet.task.recording.ConsumerGroup;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The moment up to which the topics have been written to the task store. A job may conclude that a message never came
 * only from before that moment.
 */
final class ConsumptionWatermark implements AutoCloseable {

    /** The topics that the task store is written from. */
    private static final List<String> TOPICS = List.of(
            Topics.PURGE_COMMANDS,
            Topics.PUSH_COMMANDS,
            Topics.TASK_CANCELLATIONS,
            Topics.TASK_EVENTS,
            Topics.NODE_ACTIONS);

    private static final long TIMEOUT_SECONDS = 10;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final Admin admin;
    private final Clock clock;
    private @Nullable EndOffsets awaited;
    private @Nullable Instant consumedUpTo;

    ConsumptionWatermark(Admin admin, Clock clock) {
        this.admin = admin;
        this.clock = clock;
    }

    /** Closes the client without waiting for a broker that does not answer. */
    @Override
    public void close() {
        admin.close(CLOSE_TIMEOUT);
    }

    /** End offsets of the partitions, read at this moment or just after. */
    private record EndOffsets(Instant at, Map<TopicPartition, Long> offsets) {

        boolean passedBy(Map<TopicPartition, Long> committed) {
            return offsets.entrySet().stream()
                    .allMatch(end -> committed.getOrDefault(end.getKey(), 0L) >= end.getValue());
        }
    }

    /**
     * Returns the newest moment up to which everything in the topics is known to be in the task store; empty if none
     * is. End offsets are read before committed offsets, so in quiet topics it is now; in busy ones it is when the end
     * offsets were read that have been committed meanwhile.
     *
     * @throws KafkaException if Kafka does not answer
     */
    synchronized Optional<Instant> consumedUpTo() {
        Instant now = clock.instant();
        dropMomentsAfter(now);
        Collection<TopicPartition> partitions = partitions();
        EndOffsets ends = new EndOffsets(now, offsets(partitions, OffsetSpec.latest()));
        Map<TopicPartition, Long> committed = committed(partitions);
        if (ends.passedBy(committed)) {
            consumedUpTo = now;
            awaited = null;
        } else if (awaited == null) {
            awaited = ends;
        } else if (awaited.passedBy(committed)) {
            consumedUpTo = awaited.at();
            awaited = ends;
        }
        return Optional.ofNullable(consumedUpTo);
    }

    /** Drops moments of the future, which exist after the clock was set back. */
    private void dropMomentsAfter(Instant now) {
        if (consumedUpTo != null && consumedUpTo.isAfter(now)) {
            consumedUpTo = null;
        }
        if (awaited != null && awaited.at().isAfter(now)) {
            awaited = null;
        }
    }

    private Collection<TopicPartition> partitions() {
        Map<String, TopicDescription> descriptions =
                await(() -> admin.describeTopics(TOPICS).allTopicNames().get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
        return descriptions.values().stream()
                .flatMap(topic -> topic.partitions().stream().map(p -> new TopicPartition(topic.name(), p.partition())))
                .toList();
    }

    /** Returns the offsets that the group has committed, or the beginnings of partitions where those are later. */
    private Map<TopicPartition, Long> committed(Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> offsets = offsets(partitions, OffsetSpec.earliest());
        Map<TopicPartition, OffsetAndMetadata> committed =
                await(() -> admin.listConsumerGroupOffsets(ConsumerGroup.NAME)
                        .partitionsToOffsetAndMetadata()
                        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
        partitions.forEach(partition -> {
            OffsetAndMetadata offset = committed.get(partition);
            if (offset != null) {
                offsets.merge(partition, offset.offset(), Math::max);
            }
        });
        return offsets;
    }

    private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec spec) {
        Map<TopicPartition, OffsetSpec> wanted =
                partitions.stream().collect(Collectors.toMap(Function.identity(), _ -> spec));
        Map<TopicPartition, ListOffsetsResultInfo> offsets =
                await(() -> admin.listOffsets(wanted).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
        return offsets.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
    }

    private interface KafkaCall<T> {
        T get() throws InterruptedException, ExecutionException, TimeoutException;
    }

    private static <T> T await(KafkaCall<T> call) {
        try {
            return call.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("Kafka did not answer how far the topics have been consumed: " + e, e);
        }
    }
}

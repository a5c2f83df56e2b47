package io.freshet.task.sweep;

import io.freshet.contracts.message.Topics;
import io.freshet.task.recording.Group;
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
 * Up to which moment the log has been recorded: what was in it then, is in the database now. Without knowing that, nobody can say
 * that something did not happen.
 */
final class LogPosition implements AutoCloseable {

    /** The topics the record is made from. */
    private static final List<String> TOPICS =
            List.of(Topics.PURGE_COMMANDS, Topics.PUSH_COMMANDS, Topics.TASK_EVENTS, Topics.NODE_ACTIONS);

    private static final long PATIENCE_SECONDS = 10;
    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final Admin admin;
    private final Clock clock;
    private @Nullable Ends awaited;
    private @Nullable Instant readUpTo;

    LogPosition(Admin admin, Clock clock) {
        this.admin = admin;
        this.clock = clock;
    }

    /** Without waiting for a broker that is away. */
    @Override
    public void close() {
        admin.close(CLOSE);
    }

    /** Where the partitions ended at a moment, or later. */
    private record Ends(Instant at, Map<TopicPartition, Long> offsets) {

        boolean passedBy(Map<TopicPartition, Long> positions) {
            return offsets.entrySet().stream()
                    .allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
        }
    }

    /**
     * Asks Kafka. Ends are taken before positions, so in a quiet log the answer is now; in a busy one it is when the ends were taken that
     * have been passed meanwhile.
     *
     * @return everything that was in the log at this moment has been recorded; nothing while no such moment is known
     * @throws KafkaException if Kafka does not answer
     */
    synchronized Optional<Instant> readUpTo() {
        Instant now = clock.instant();
        forgetWhatIsAfter(now);
        Collection<TopicPartition> partitions = partitions();
        Ends ends = new Ends(now, offsets(partitions, OffsetSpec.latest()));
        Map<TopicPartition, Long> positions = positions(partitions);
        if (ends.passedBy(positions)) {
            readUpTo = now;
            awaited = null;
        } else if (awaited == null) {
            awaited = ends;
        } else if (awaited.passedBy(positions)) {
            readUpTo = awaited.at();
            awaited = ends;
        }
        return Optional.ofNullable(readUpTo);
    }

    /** A clock that was set back makes moments that have not come yet. */
    private void forgetWhatIsAfter(Instant now) {
        if (readUpTo != null && readUpTo.isAfter(now)) {
            readUpTo = null;
        }
        if (awaited != null && awaited.at().isAfter(now)) {
            awaited = null;
        }
    }

    private Collection<TopicPartition> partitions() {
        Map<String, TopicDescription> descriptions =
                await(() -> admin.describeTopics(TOPICS).allTopicNames().get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        return descriptions.values().stream()
                .flatMap(topic -> topic.partitions().stream().map(p -> new TopicPartition(topic.name(), p.partition())))
                .toList();
    }

    /** What the group has committed; where it has not, or where the log begins later, the beginning of the log. */
    private Map<TopicPartition, Long> positions(Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> positions = offsets(partitions, OffsetSpec.earliest());
        Map<TopicPartition, OffsetAndMetadata> committed = await(() -> admin.listConsumerGroupOffsets(Group.NAME)
                .partitionsToOffsetAndMetadata()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        partitions.forEach(partition -> {
            OffsetAndMetadata offset = committed.get(partition);
            if (offset != null) {
                positions.merge(partition, offset.offset(), Math::max);
            }
        });
        return positions;
    }

    private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec spec) {
        Map<TopicPartition, OffsetSpec> wanted =
                partitions.stream().collect(Collectors.toMap(Function.identity(), _ -> spec));
        Map<TopicPartition, ListOffsetsResultInfo> offsets =
                await(() -> admin.listOffsets(wanted).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        return offsets.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
    }

    private interface Question<T> {
        T answer() throws InterruptedException, ExecutionException, TimeoutException;
    }

    private static <T> T await(Question<T> question) {
        try {
            return question.answer();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("Kafka does not say how far the log has been read: " + e, e);
        }
    }
}

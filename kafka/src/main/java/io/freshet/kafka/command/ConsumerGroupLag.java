package io.freshet.kafka.command;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;

/** Lag of a consumer group, which Kafka knows without any member of the group. */
public final class ConsumerGroupLag {

    private final Admin admin;

    /** @param admin which stays the caller's to close */
    public ConsumerGroupLag(Admin admin) {
        this.admin = admin;
    }

    /**
     * Returns the number of records in these topics that the group has not committed. Blocks until Kafka has answered.
     *
     * @throws KafkaException if it does not answer
     */
    public long records(String group, List<String> topics) {
        List<TopicPartition> partitions = partitions(topics);
        // Committed offsets first: the lag may be too high by what is committed meanwhile, but never too low.
        Map<TopicPartition, OffsetAndMetadata> committed = committed(group);
        Map<TopicPartition, ListOffsetsResultInfo> beginnings = offsets(partitions, OffsetSpec.earliest());
        Map<TopicPartition, ListOffsetsResultInfo> ends = offsets(partitions, OffsetSpec.latest());
        return partitions.stream()
                .mapToLong(partition -> {
                    long beginning = requireNonNull(beginnings.get(partition)).offset();
                    long end = requireNonNull(ends.get(partition)).offset();
                    OffsetAndMetadata offset = committed.get(partition);
                    return Math.max(0, end - (offset == null ? beginning : Math.max(beginning, offset.offset())));
                })
                .sum();
    }

    private List<TopicPartition> partitions(List<String> topics) {
        Map<String, TopicDescription> descriptions =
                await(admin.describeTopics(topics).allTopicNames());
        return descriptions.values().stream()
                .flatMap(topic -> topic.partitions().stream().map(p -> new TopicPartition(topic.name(), p.partition())))
                .toList();
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(String group) {
        try {
            return await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        } catch (GroupIdNotFoundException _) {
            return Map.of(); // it has never consumed
        }
    }

    private Map<TopicPartition, ListOffsetsResultInfo> offsets(List<TopicPartition> partitions, OffsetSpec spec) {
        return await(admin.listOffsets(partitions.stream().collect(Collectors.toMap(Function.identity(), _ -> spec)))
                .all());
    }

    /** The admin's own timeout ends the wait. */
    private static <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        }
    }
}

package io.freshet.purge.cursor;

import io.freshet.kafka.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/** Id and offsets of the topic of the purge commands. All methods throw {@link KafkaException}. */
public final class CommandTopic implements AutoCloseable {

    private static final long TIMEOUT_SECONDS = 10;

    private final Admin admin;
    private final String topic;

    public CommandTopic(KafkaClients clients, String topic) {
        this.admin = clients.admin();
        this.topic = topic;
    }

    Admin admin() {
        return admin;
    }

    TopicPartition partition(int number) {
        return new TopicPartition(topic, number);
    }

    /** Returns the id of the topic. It changes when the topic is deleted and created again. */
    public String topicId() {
        return description().topicId().toString();
    }

    /** Returns the number of partitions. */
    public int partitions() {
        return description().partitions().size();
    }

    /** Returns the end offset of every partition, by its number. */
    public Map<Integer, Long> ends() {
        return offsets(description().partitions().stream()
                .collect(Collectors.toMap(p -> partition(p.partition()), _ -> OffsetSpec.latest())));
    }

    /** Returns the first offset that the partition still holds. */
    public long beginning(int partition) {
        return offset(partition, OffsetSpec.earliest());
    }

    /** Returns the offset of the next record that is appended to the partition. */
    public long end(int partition) {
        return offset(partition, OffsetSpec.latest());
    }

    /** Returns the first offset that was appended at this time or later; empty if there is none. */
    public OptionalLong firstSince(int partition, Instant time) {
        long offset = offset(partition, OffsetSpec.forTimestamp(time.toEpochMilli()));
        return offset < 0 ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    /** Returns the number of members of this consumer group. */
    public int members(String group) {
        return await(admin.describeConsumerGroups(List.of(group)).all())
                .values()
                .iterator()
                .next()
                .members()
                .size();
    }

    private TopicDescription description() {
        return await(admin.describeTopics(List.of(topic)).allTopicNames())
                .values()
                .iterator()
                .next();
    }

    private long offset(int partition, OffsetSpec spec) {
        return offsets(Map.of(partition(partition), spec)).values().iterator().next();
    }

    private Map<Integer, Long> offsets(Map<TopicPartition, OffsetSpec> wanted) {
        Map<TopicPartition, ListOffsetsResultInfo> found =
                await(admin.listOffsets(wanted).all());
        Map<Integer, Long> offsets = new TreeMap<>();
        found.forEach((partition, info) -> offsets.put(partition.partition(), info.offset()));
        return offsets;
    }

    static <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("Kafka did not answer within " + TIMEOUT_SECONDS + " s", e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}

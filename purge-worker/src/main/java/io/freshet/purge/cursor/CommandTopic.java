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

/** What Kafka knows of the topic of commands: its id, and where its partitions begin and end. All methods throw {@link KafkaException}. */
public final class CommandTopic implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 10;

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

    /** Another one means that the topic was deleted and made again. */
    public String topicId() {
        return description().topicId().toString();
    }

    /** Numbers of all partitions and where they end now. */
    public Map<Integer, Long> ends() {
        return offsets(description().partitions().stream()
                .collect(Collectors.toMap(p -> partition(p.partition()), _ -> OffsetSpec.latest())));
    }

    /** The first offset that is still there. */
    public long beginning(int partition) {
        return offset(partition, OffsetSpec.earliest());
    }

    /** The offset that the next record gets. */
    public long end(int partition) {
        return offset(partition, OffsetSpec.latest());
    }

    /** The first offset appended at this time or later; empty if there is none. */
    public OptionalLong firstSince(int partition, Instant time) {
        long offset = offset(partition, OffsetSpec.forTimestamp(time.toEpochMilli()));
        return offset < 0 ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    /** How many consumers share the partitions of the topic under this group's name. */
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
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("Kafka does not answer", e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}

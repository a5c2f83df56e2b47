package io.freshet.cluster;

import io.freshet.cluster.process.Address;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Kafka as its administrator sees it, and as anybody may abuse it who is let in. */
public final class KafkaClient {

    private static final JsonMapper JSON = new JsonMapper();

    private final String bootstrap;

    public KafkaClient(Address... brokers) {
        this.bootstrap = Stream.of(brokers).map(Address::outside).collect(Collectors.joining(","));
    }

    /** Returns the lag of a group by partition; partitions without a committed offset are absent. */
    public Map<Integer, Long> lag(String group, String topic) {
        try (Admin admin = admin()) {
            Map<TopicPartition, Long> ends = ends(admin, topic);
            Map<TopicPartition, OffsetAndMetadata> positions =
                    done(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
            Map<Integer, Long> lag = new HashMap<>();
            ends.forEach((partition, end) -> Optional.ofNullable(positions.get(partition))
                    .ifPresent(position -> lag.put(partition.partition(), end - position.offset())));
            return lag;
        }
    }

    /** Returns whether a group has read, and committed, all records of a topic. */
    public boolean isAtEnd(String group, String topic) {
        try (Admin admin = admin()) {
            // A partition without records has been read without a committed offset.
            Map<TopicPartition, Long> read = new HashMap<>(offsets(admin, topic, OffsetSpec.earliest()));
            done(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                    .forEach((partition, position) -> read.replace(partition, position.offset()));
            return read.equals(ends(admin, topic));
        }
    }

    /** Returns how many commands a node's cursors are behind, by partition; partitions without a cursor are absent. */
    public Map<Integer, Long> nodeLag(String node) {
        Map<Integer, Long> cursors = new HashMap<>();
        for (ConsumerRecord<String, byte[]> record : read("node-cursors")) {
            String[] partitionAndNode = record.key().split("/", 2);
            if (partitionAndNode[1].equals(node) && record.value() != null) {
                long applied = JSON.readTree(record.value()).get("applied").asLong();
                cursors.put(Integer.valueOf(partitionAndNode[0]), applied);
            }
        }
        Map<Integer, Long> lag = new HashMap<>();
        try (Admin admin = admin()) {
            ends(admin, "purge-commands")
                    .forEach((partition, end) -> Optional.ofNullable(cursors.get(partition.partition()))
                            .ifPresent(cursor -> lag.put(partition.partition(), end - cursor)));
        }
        return lag;
    }

    /** Returns whether a node has cursors, and all of them are at the end of the commands. */
    public boolean hasAllCommands(String node) {
        Map<Integer, Long> lag = nodeLag(node);
        return !lag.isEmpty() && lag.values().stream().allMatch(behind -> behind == 0);
    }

    /** Returns how many partitions of a topic each member of a group has. */
    public List<Long> assignedPartitions(String group, String topic) {
        try (Admin admin = admin()) {
            return done(admin.describeConsumerGroups(List.of(group)).all()).values().stream()
                    .flatMap(description -> description.members().stream())
                    .map(member -> member.assignment().topicPartitions().stream()
                            .filter(partition -> partition.topic().equals(topic))
                            .count())
                    .toList();
        }
    }

    /** Deletes all records that a topic has. */
    public void trim(String topic) {
        try (Admin admin = admin()) {
            Map<TopicPartition, RecordsToDelete> all = ends(admin, topic).entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, end -> RecordsToDelete.beforeOffset(end.getValue())));
            done(admin.deleteRecords(all).all());
        }
    }

    /** Appends a record, whatever it is; {@code type} is the message type that its header claims. */
    public void send(String topic, String key, @Nullable String type, byte[] value) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, key, value);
        if (type != null) {
            record.headers().add("freshet-type", type.getBytes(StandardCharsets.UTF_8));
        }
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap, "max.request.size", 6_500_000);
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            producer.send(record).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** All records that a topic has now. */
    public List<ConsumerRecord<String, byte[]>> read(String topic) {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed");
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    /**
     * Returns how many leaders the partitions of all topics but internal ones have had, added up. It may be too low
     * while a broker has not heard of a new leader.
     */
    public long elections() {
        try (Admin admin = admin()) {
            Map<TopicPartition, OffsetSpec> all = descriptions(admin, false)
                    .flatMap(KafkaClient::partitionsOf)
                    .collect(Collectors.toMap(partition -> partition, _ -> OffsetSpec.latest()));
            return done(admin.listOffsets(all).all()).values().stream()
                    .mapToLong(offset -> offset.leaderEpoch().orElse(0) + 1)
                    .sum();
        }
    }

    /** Returns whether each partition, also of internal topics, has this many replicas, all of them in sync. */
    public boolean isReplicated(int replicas) {
        try (Admin admin = admin()) {
            return descriptions(admin, true)
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition -> partition.replicas().size() == replicas
                            && partition.isr().size() == replicas);
        }
    }

    /** Makes each partition's first replica the leader again, where it is another and the first is in sync. */
    public void electPreferredLeaders() {
        try (Admin admin = admin()) {
            done(admin.electLeaders(ElectionType.PREFERRED, null).partitions());
        }
    }

    /** Returns a setting of each topic but internal ones. */
    public Map<String, String> settings(String name) {
        try (Admin admin = admin()) {
            List<ConfigResource> topics = descriptions(admin, false)
                    .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name()))
                    .toList();
            return done(admin.describeConfigs(topics).all()).entrySet().stream()
                    .collect(Collectors.toMap(
                            topic -> topic.getKey().name(),
                            topic -> topic.getValue().get(name).value()));
        }
    }

    /** Returns the value of a record's header; empty if it has none. */
    public static String header(ConsumerRecord<?, ?> record, String name) {
        return Optional.ofNullable(record.headers().lastHeader(name))
                .map(header -> new String(header.value(), StandardCharsets.UTF_8))
                .orElse("");
    }

    private static Map<TopicPartition, Long> ends(Admin admin, String topic) {
        return offsets(admin, topic, OffsetSpec.latest());
    }

    private static Map<TopicPartition, Long> offsets(Admin admin, String topic, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> wanted =
                partitions(admin, topic).stream().collect(Collectors.toMap(partition -> partition, _ -> which));
        return done(admin.listOffsets(wanted).all()).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, offset -> offset.getValue().offset()));
    }

    private static List<TopicPartition> partitions(Admin admin, String topic) {
        return done(admin.describeTopics(List.of(topic)).allTopicNames()).values().stream()
                .flatMap(KafkaClient::partitionsOf)
                .toList();
    }

    private static Stream<TopicDescription> descriptions(Admin admin, boolean withInternal) {
        Set<String> names = done(admin.listTopics(new ListTopicsOptions().listInternal(withInternal))
                .names());
        return done(admin.describeTopics(names).allTopicNames()).values().stream();
    }

    private static Stream<TopicPartition> partitionsOf(TopicDescription topic) {
        return topic.partitions().stream().map(partition -> new TopicPartition(topic.name(), partition.partition()));
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrap));
    }

    private static <T> T done(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

package io.freshet.purge.cursor;

import io.freshet.contracts.message.Topics;
import io.freshet.kafka.KafkaClients;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Reader of the compacted topic of the cursors. */
final class CursorTopic {

    private static final Duration POLL = Duration.ofMillis(500);

    /** Time without progress after which a transaction counts as hanging. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final KafkaClients clients;
    private final Admin admin;

    CursorTopic(KafkaClients clients, Admin admin) {
        this.clients = clients;
        this.admin = admin;
    }

    /** Returns the newest records of one partition of the purge commands. */
    Map<CursorKey, ConsumerRecord<String, byte[]>> read(int partition) {
        try (Consumer<String, byte[]> consumer = consumer()) {
            List<TopicPartition> all = partitions(consumer);
            Map<CursorKey, ConsumerRecord<String, byte[]>> newest =
                    read(consumer, List.of(all.get(partition % all.size())));
            newest.keySet().removeIf(key -> key.partition() != partition);
            return newest;
        }
    }

    /** Returns the newest records of all partitions. */
    Map<CursorKey, ConsumerRecord<String, byte[]>> readAll() {
        try (Consumer<String, byte[]> consumer = consumer()) {
            return read(consumer, partitions(consumer));
        }
    }

    private Consumer<String, byte[]> consumer() {
        return clients.ungrouped(Map.of(
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                10_000,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Math.toIntExact(TIMEOUT.toMillis())));
    }

    /** Returns the topic's partitions in the order of their numbers. */
    private static List<TopicPartition> partitions(Consumer<?, ?> consumer) {
        int count = consumer.partitionsFor(Topics.NODE_CURSORS).size();
        if (count == 0) {
            throw new KafkaException("the topic " + Topics.NODE_CURSORS + " does not exist yet");
        }
        return IntStream.range(0, count)
                .mapToObj(number -> new TopicPartition(Topics.NODE_CURSORS, number))
                .toList();
    }

    /**
     * Reads all records up to now. Waits for open transactions, whose records Kafka holds back: they must not be
     * mistaken for no records.
     */
    private Map<CursorKey, ConsumerRecord<String, byte[]>> read(
            Consumer<String, byte[]> consumer, List<TopicPartition> partitions) {
        Map<TopicPartition, Long> ends = ends(partitions);
        Map<CursorKey, ConsumerRecord<String, byte[]>> newest = new HashMap<>();
        consumer.assign(partitions);
        long before = -1;
        long deadline = 0;
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            long position = partitions.stream().mapToLong(consumer::position).sum();
            if (position > before) {
                before = position;
                deadline = System.nanoTime() + TIMEOUT.toNanos();
            } else if (System.nanoTime() > deadline) {
                throw new KafkaException("a transaction on " + Topics.NODE_CURSORS + " has been open, or no broker "
                        + "has answered, for " + TIMEOUT.toSeconds() + " s");
            }
            consumer.poll(POLL).forEach(record -> note(record, newest));
        }
        return newest;
    }

    /** Returns the end offsets, those of open transactions included. */
    private Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetSpec> latest =
                partitions.stream().collect(Collectors.toMap(partition -> partition, _ -> OffsetSpec.latest()));
        Map<TopicPartition, ListOffsetsResultInfo> found =
                CommandTopic.await(admin.listOffsets(latest).all());
        return found.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, info -> info.getValue().offset()));
    }

    private static void note(
            ConsumerRecord<String, byte[]> record, Map<CursorKey, ConsumerRecord<String, byte[]>> newest) {
        CursorKey key = CursorKey.of(record.key());
        if (key != null && record.value() == null) {
            newest.remove(key);
        } else if (key != null) {
            newest.put(key, record);
        }
    }
}

package io.freshet.task;

import io.freshet.contracts.message.Topics;
import io.freshet.kafka.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.springframework.stereotype.Component;

/** Reads what is in a topic. */
@Component
public final class TopicReader {

    private final KafkaClients clients;

    TopicReader(KafkaClients clients) {
        this.clients = clients;
    }

    /** Returns the dead letters with this key once there are so many. */
    public List<ConsumerRecord<String, byte[]>> deadLetters(String topic, String key, int count) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> withKey(Topics.deadLettersOf(topic), key), records -> records.size() >= count);
    }

    /** Returns all records with this key that are in the topic now. */
    public List<ConsumerRecord<String, byte[]>> withKey(String topic, String key) {
        try (Consumer<String, byte[]> consumer = clients.ungrouped()) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(p -> new TopicPartition(topic, p.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    if (key.equals(record.key())) {
                        found.add(record);
                    }
                }
            }
            return found;
        }
    }
}

package io.freshet.purge.retry;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.message.PurgeRetry;
import io.freshet.contracts.message.Topics;
import io.freshet.contracts.message.UnreadableMessageException;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.ReceivedMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reader of the compacted topic that holds the retries. */
public final class RetryTopic {

    private static final Logger log = LoggerFactory.getLogger(RetryTopic.class);
    private static final Duration POLL = Duration.ofMillis(500);

    private final KafkaClients clients;

    public RetryTopic(KafkaClients clients) {
        this.clients = clients;
    }

    /**
     * Returns the retries of one partition of the purge commands, as they were when the call began.
     *
     * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
     */
    List<PurgeRetry> read(int partition) {
        Map<String, PurgeRetry> newest = new LinkedHashMap<>();
        try (Consumer<String, byte[]> consumer =
                clients.ungrouped(Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"))) {
            int partitions = consumer.partitionsFor(Topics.PURGE_RETRIES).size();
            TopicPartition from = new TopicPartition(Topics.PURGE_RETRIES, partition % partitions);
            consumer.assign(List.of(from));
            long end = requireNonNull(consumer.endOffsets(List.of(from)).get(from));
            while (consumer.position(from) < end) {
                consumer.poll(POLL).forEach(record -> note(record, newest));
            }
        }
        List<PurgeRetry> retries = new ArrayList<>(newest.values());
        retries.removeIf(retry -> retry.partition() != partition);
        return retries;
    }

    private static void note(ConsumerRecord<String, byte[]> record, Map<String, PurgeRetry> newest) {
        if (record.value() == null) {
            newest.remove(record.key());
            return;
        }
        try {
            newest.put(record.key(), ReceivedMessage.read(record, PurgeRetry.class));
        } catch (UnreadableMessageException e) {
            log.warn("Ignoring a record of {} that cannot be read: {}", record.topic(), e.getMessage());
        }
    }
}

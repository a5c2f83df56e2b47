package io.freshet.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/**
 * Factory of Kafka clients with shared settings, which a service's {@code spring.kafka} properties override. Values are
 * bytes everywhere, so that an unreadable record reaches the dead letters unchanged.
 */
public final class KafkaClients {

    /** Compressed cursors of 1,000 nodes, so that a transaction is one request to each partition. */
    private static final int TRANSACTION_BATCH_BYTES = 128 * 1024;

    private final KafkaProperties properties;

    KafkaClients(KafkaProperties properties) {
        this.properties = properties;
    }

    /** For a consumer of this group; a failed member's partitions move after 6 seconds, not 45. */
    public Map<String, Object> consumer(String group) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6000);
        settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1500);
        settings.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false); // TopicCreation knows how they must be
        // Kafka's default of 5 minutes is the time for which commands on an added partition would wait.
        settings.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 10_000);
        settings.putAll(properties.buildConsumerProperties());
        // Spring Boot sets its own default. A reader that saw open transactions would take cursors that do not count.
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        return settings;
    }

    /** A consumer that belongs to no group: it assigns itself partitions and commits nothing. */
    public Consumer<String, byte[]> ungrouped() {
        return ungrouped(Map.of());
    }

    /** The same with settings of its own. */
    public Consumer<String, byte[]> ungrouped(Map<String, Object> own) {
        Map<String, Object> settings = consumer("");
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.putAll(own);
        return new KafkaConsumer<>(settings);
    }

    /**
     * Creates a producer that fences all former producers with this id once it has called {@code initTransactions}. It
     * sends the records of a transaction together, at the commit, and blocks for at most 5 seconds while the broker is
     * away.
     *
     * @param timeout after which the broker aborts a transaction
     */
    public Producer<String, byte[]> transactional(String id, Duration timeout) {
        Map<String, Object> settings = producer();
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, id);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, TRANSACTION_BATCH_BYTES);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 1_000); // the commit ends it
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Math.toIntExact(timeout.toMillis()));
        return new KafkaProducer<>(settings);
    }

    /** An administrator that waits no longer than 5 seconds for an answer. */
    public Admin admin() {
        Map<String, Object> settings = new HashMap<>(properties.buildAdminProperties());
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_000);
        settings.putIfAbsent(AdminClientConfig.METADATA_RECOVERY_STRATEGY_CONFIG, "none");
        return Admin.create(settings);
    }

    /**
     * Returns the settings of the producer of small messages: an lz4 batch allocates 128 KB of buffers, however small
     * it is.
     */
    Map<String, Object> uncompressed() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0); // a client waits for the purge of one URL
        if (producer().get(ProducerConfig.CLIENT_ID_CONFIG) instanceof String client) {
            settings.put(ProducerConfig.CLIENT_ID_CONFIG, client + "-small");
        }
        return settings;
    }

    Map<String, Object> producer() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        // Nobody waits for company, but what comes while a request is on its way goes together in the next.
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        // Counts before compression; the topics' limit counts after it.
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 6_500_000);
        settings.putAll(properties.buildProducerProperties());
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return settings;
    }
}

package io.freshet.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;

/** Gives every service that has this module its Kafka clients, its publisher and its dead letters. */
@AutoConfiguration(before = KafkaAutoConfiguration.class)
@EnableConfigurationProperties(KafkaProperties.class)
class FreshetKafkaAutoConfiguration {

    @Bean
    KafkaAdmin kafkaAdmin(KafkaProperties properties) {
        Map<String, Object> settings = new HashMap<>(properties.buildAdminProperties());
        // Otherwise it begins anew a thousand times a second while the broker is away, and logs each.
        settings.putIfAbsent(AdminClientConfig.METADATA_RECOVERY_STRATEGY_CONFIG, "none");
        KafkaAdmin admin = new KafkaAdmin(settings);
        admin.setAutoCreate(false); // TopicCreation does it: it survives a broker that is away, and lowers no setting
        admin.setOperationTimeout(5);
        admin.setCloseTimeout(1); // a start without a broker waits for both
        return admin;
    }

    @Bean
    KafkaClients kafkaClients(KafkaProperties properties) {
        return new KafkaClients(properties);
    }

    @Bean
    ProducerFactory<String, byte[]> producerFactory(KafkaClients clients) {
        return new DefaultKafkaProducerFactory<>(clients.producer());
    }

    @Bean
    KafkaTemplate<String, byte[]> kafkaTemplate(ProducerFactory<String, byte[]> producers) {
        return new KafkaTemplate<>(producers);
    }

    /** With a producer of its own. */
    @Bean(defaultCandidate = false)
    KafkaTemplate<String, byte[]> smallMessages(ProducerFactory<String, byte[]> producers, KafkaClients clients) {
        return new KafkaTemplate<>(producers, clients.uncompressed());
    }

    @Bean
    MessagePublisher messagePublisher(
            @Qualifier("smallMessages") KafkaTemplate<String, byte[]> small, KafkaTemplate<String, byte[]> large) {
        return new MessagePublisher(small, large);
    }

    @Bean
    DeadLetters deadLetters(KafkaTemplate<String, byte[]> kafka, MeterRegistry meters) {
        return new DeadLetters(kafka, meters);
    }

    @Bean
    @ConditionalOnMissingBean
    Clock clock() {
        return Clock.systemUTC();
    }
}

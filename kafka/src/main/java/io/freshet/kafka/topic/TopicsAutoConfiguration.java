package io.freshet.kafka.topic;

import io.freshet.kafka.KafkaClients;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of the creation of the topics. */
@AutoConfiguration
@EnableConfigurationProperties(TopicProperties.class)
class TopicsAutoConfiguration {

    @Bean
    TopicCreation topicCreation(TopicProperties properties, KafkaClients clients, MeterRegistry meters) {
        return new TopicCreation(new TopicReconciler(new FreshetTopics(properties).all()), clients::admin, meters);
    }
}

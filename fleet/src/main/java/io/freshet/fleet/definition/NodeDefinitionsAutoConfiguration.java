package io.freshet.fleet.definition;

import io.freshet.fleet.watch.CurrentFleet;
import io.freshet.kafka.KafkaClients;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of the definitions of nodes, where there is Kafka. */
@AutoConfiguration(
        afterName = {"io.freshet.fleet.FleetAutoConfiguration", "io.freshet.kafka.FreshetKafkaAutoConfiguration"})
@ConditionalOnBean({KafkaClients.class, CurrentFleet.class})
class NodeDefinitionsAutoConfiguration {

    @Bean
    NodeDefinitions nodeDefinitions(CurrentFleet fleet, KafkaClients clients) {
        return new NodeDefinitions(fleet, clients);
    }
}

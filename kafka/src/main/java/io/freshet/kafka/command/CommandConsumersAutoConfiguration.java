package io.freshet.kafka.command;

import io.freshet.kafka.DeadLetters;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.MessagePublisher;
import java.time.Clock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of the factory of command consumers. */
@AutoConfiguration
class CommandConsumersAutoConfiguration {

    @Bean
    CommandConsumers commandConsumers(
            KafkaClients clients, DeadLetters deadLetters, MessagePublisher publisher, Clock clock) {
        return new CommandConsumers(clients, deadLetters, publisher, clock);
    }
}

package io.freshet.purge.delivery;

import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.Topics;
import io.freshet.fleet.Fleet;
import io.freshet.kafka.CommandLoop;
import io.freshet.kafka.DeadLetters;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.MessagePublisher;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.NodeSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the parts of the worker together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({NodeSettings.class, DeliverySettings.class})
class DeliveryConfiguration {

    private static final String GROUP = "purge-worker";

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    Tiers tiers(Fleet fleet, NodeSettings settings, MeterRegistry meters, Clock clock) {
        return new Tiers(fleet, node -> new NodeChannel(node, settings, meters, clock));
    }

    @Bean
    ProgressReports progressReports(MessagePublisher publisher, Clock clock) {
        return new ProgressReports(publisher, clock);
    }

    @Bean
    Backlogs backlogs(Tiers tiers, ProgressReports reports, NodeSettings settings, MeterRegistry meters) {
        return new Backlogs(tiers, reports, settings.maxOwed(), meters);
    }

    @Bean
    NodeReports nodeReports(Tiers tiers, Backlogs backlogs, MessagePublisher publisher) {
        return new NodeReports(tiers, backlogs, publisher);
    }

    @Bean
    Delivery delivery(
            Tiers tiers,
            Backlogs backlogs,
            ProgressReports reports,
            NodeReports nodeReports,
            MeterRegistry meters,
            Clock clock) {
        return new Delivery(tiers, backlogs, reports, nodeReports, meters, clock);
    }

    @Bean
    CommandLoop<RefreshCommand> refreshes(
            KafkaClients clients,
            Delivery delivery,
            DeadLetters deadLetters,
            MessagePublisher publisher,
            DeliverySettings settings) {
        return new CommandLoop<>(
                clients,
                Topics.PURGE_COMMANDS,
                GROUP,
                RefreshCommand.class,
                delivery,
                deadLetters,
                publisher,
                new CommandLoop.Limits(settings.objectsInFlight(), settings.recordsPerPoll(), settings.stopTimeout()));
    }
}

package io.freshet.push;

import io.freshet.contracts.message.ConsumerGroups;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.Topics;
import io.freshet.fleet.definition.NodeDefinitions;
import io.freshet.fleet.watch.CurrentFleet;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.MessagePublisher;
import io.freshet.kafka.TaskCancellations;
import io.freshet.kafka.TopicReader;
import io.freshet.kafka.command.CommandConsumer;
import io.freshet.kafka.command.CommandConsumers;
import io.freshet.push.fetch.NodeClient;
import io.freshet.push.limit.OriginLimiters;
import io.freshet.push.node.NodeAvailability;
import io.freshet.push.node.ReconnectProbe;
import io.freshet.push.routing.TargetStages;
import io.freshet.push.task.ManifestPushes;
import io.freshet.push.task.PushHandler;
import io.freshet.push.task.Warmer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Service that consumes push commands and fetches their objects through the nodes of a tier. */
@SpringBootConfiguration
@EnableAutoConfiguration
@EnableConfigurationProperties(PushProperties.class)
public class PushWorker {

    public static void main(String[] args) {
        builder().run(args);
    }

    /** Returns the service with its own configuration file, so that several services can run in one JVM. */
    public static SpringApplicationBuilder builder() {
        return new SpringApplicationBuilder(PushWorker.class)
                .web(WebApplicationType.SERVLET)
                .properties("spring.config.name=push-worker");
    }

    @Bean
    ReconnectProbe reachability(PushProperties properties) {
        return new ReconnectProbe(properties.timeouts().connect());
    }

    @Bean
    NodeAvailability nodeStates(ReconnectProbe reachability, CurrentFleet fleet) {
        NodeAvailability availability = new NodeAvailability(reachability);
        availability.configured(fleet.get());
        fleet.onChange(availability::configured);
        return availability;
    }

    @Bean
    TopicReader nodeEventsReader(KafkaClients clients, NodeAvailability states) {
        return new TopicReader(clients, Topics.NODE_EVENTS, TopicReader.From.BEGINNING, states);
    }

    @Bean
    TaskCancellations taskCancellations() {
        return new TaskCancellations();
    }

    @Bean
    TopicReader taskCancellationsReader(KafkaClients clients, TaskCancellations cancellations) {
        return new TopicReader(clients, Topics.TASK_CANCELLATIONS, TopicReader.From.BEGINNING, cancellations);
    }

    @Bean
    NodeClient nodeClient(PushProperties properties, MeterRegistry meters, Clock clock) {
        return new NodeClient(properties.timeouts(), meters, clock);
    }

    @Bean
    Warmer warmer(NodeClient client, NodeAvailability states, PushProperties properties) {
        return new Warmer(client, states, properties.retries());
    }

    @Bean
    ManifestPushes manifestPushes(MessagePublisher publisher, PushProperties properties) {
        return new ManifestPushes(publisher, properties.maxChildren());
    }

    @Bean
    PushHandler pushHandler(
            NodeDefinitions definitions,
            NodeAvailability states,
            Warmer warmer,
            MessagePublisher publisher,
            ManifestPushes manifests,
            TaskCancellations cancellations,
            PushProperties properties,
            Clock clock) {
        OriginLimiters limits = new OriginLimiters(
                properties.defaultLimit(),
                properties.limits(),
                properties.retries().maxBackoff());
        TargetStages targets = new TargetStages(definitions::fleet, states::unavailableBecause);
        return new PushHandler(
                targets, limits, warmer, publisher, manifests, cancellations, properties.progressInterval(), clock);
    }

    @Bean
    CommandConsumer<PushCommand> pushCommands(
            CommandConsumers consumers, PushHandler handler, PushProperties properties, MeterRegistry meters) {
        CommandConsumer<PushCommand> consumer = consumers.create(
                Topics.PUSH_COMMANDS,
                ConsumerGroups.PUSH_WORKER,
                PushCommand.class,
                handler,
                properties.consumerLimits());
        Gauge.builder("freshet.push.objects", consumer, CommandConsumer::objectsInFlight)
                .description("Objects of unfinished tasks")
                .register(meters);
        return consumer;
    }
}

package io.freshet.purge.delivery;

import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.Topics;
import io.freshet.fleet.Fleet;
import io.freshet.kafka.CommandLoop;
import io.freshet.kafka.DeadLetters;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.MessagePublisher;
import io.freshet.kafka.OffsetsRetention;
import io.freshet.kafka.TopicReader;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.cursor.CursorStore;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.NodeProperties;
import io.freshet.purge.node.NodeReachability;
import io.freshet.purge.steering.NodeEvents;
import io.freshet.purge.steering.NodeActions;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the parts of the worker together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({NodeProperties.class, DeliveryProperties.class})
class PurgeWorkerConfiguration {

    private static final String GROUP = "purge-worker";

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    NodeReachability reach() {
        return new NodeReachability();
    }

    @Bean
    TierTopology tiers(Fleet fleet, NodeProperties settings, NodeReachability reach, MeterRegistry meters, Clock clock) {
        return new TierTopology(fleet, (node, peers) -> new NodeChannel(node, settings, reach, peers, meters, clock));
    }

    @Bean
    InFlightLimiter room(DeliveryProperties settings, MeterRegistry meters) {
        InFlightLimiter room = new InFlightLimiter(settings.purgesInFlight());
        Gauge.builder("freshet.purges.in.flight", room, InFlightLimiter::taken)
                .description("purges that have room to be on their way")
                .register(meters);
        return room;
    }

    @Bean
    Parts parts(TierTopology tiers, InFlightLimiter room, MessagePublisher publisher, DeliveryProperties settings, Clock clock) {
        ProgressPublisher reports = new ProgressPublisher(publisher, clock);
        return new Parts(
                tiers,
                new RefreshDispatcher(reports, room),
                reports,
                new FollowUpPublisher(tiers, publisher),
                new RateLimiter(settings.catchUpObjectsPerSecond()));
    }

    @Bean
    CommandTopic commandLog(KafkaClients clients) {
        return new CommandTopic(clients, Topics.PURGE_COMMANDS);
    }

    @Bean
    NodeActions nodeOrders() {
        return new NodeActions();
    }

    @Bean
    TopicReader nodeOrdersReader(KafkaClients clients, NodeActions orders) {
        return new TopicReader(clients, Topics.NODE_ACTIONS, TopicReader.From.BEGINNING, orders);
    }

    @Bean
    NodeEvents nodeLog() {
        return new NodeEvents();
    }

    @Bean
    TopicReader nodeEventsReader(KafkaClients clients, NodeEvents nodeLog) {
        return new TopicReader(clients, Topics.NODE_EVENTS, TopicReader.From.BEGINNING, nodeLog);
    }

    @Bean
    RetentionCheck retentionCheck(KafkaClients clients) {
        return new RetentionCheck(new OffsetsRetention(clients));
    }

    @Bean
    OwnedPartitions shards(
            Fleet fleet,
            KafkaClients clients,
            CommandTopic commands,
            NodeActions orders,
            NodeEvents nodeLog,
            RetentionCheck retention,
            Parts parts,
            DeliveryProperties settings,
            Clock clock) {
        CursorStore store = new CursorStore(clients, commands);
        NodeRegistration newcomers = new NodeRegistration(fleet, commands, store, nodeLog, orders, clock);
        return new OwnedPartitions(clients, commands, store, newcomers, orders, nodeLog, retention, parts, settings, clock);
    }

    @Bean
    NodeStatePublisher nodeReports(
            TierTopology tiers,
            OwnedPartitions shards,
            NodeActions orders,
            MessagePublisher publisher,
            MeterRegistry meters,
            Clock clock) {
        return new NodeStatePublisher(tiers, shards, orders, publisher, meters, clock);
    }

    @Bean
    NodeFlusher flushes(
            TierTopology tiers,
            OwnedPartitions shards,
            CommandTopic commands,
            NodeEvents nodeLog,
            NodeActions orders,
            MessagePublisher publisher,
            DeliveryProperties settings,
            Clock clock) {
        return new NodeFlusher(tiers, shards, commands, nodeLog, orders, publisher, settings, clock);
    }

    @Bean
    CommandLoop<RefreshCommand> refreshes(
            KafkaClients clients,
            OwnedPartitions shards,
            Parts parts,
            DeadLetters deadLetters,
            MessagePublisher publisher,
            DeliveryProperties settings,
            MeterRegistry meters,
            Clock clock) {
        return new CommandLoop<>(
                clients,
                Topics.PURGE_COMMANDS,
                GROUP,
                RefreshCommand.class,
                new RefreshHandler(shards, parts, meters, clock),
                deadLetters,
                publisher,
                new CommandLoop.Limits(
                        settings.objectsInFlight(parts.tiers().all().size()),
                        settings.recordsPerPoll(),
                        settings.stopTimeout()));
    }

    @Bean
    IsolationMonitor nodesHealthIndicator(CommandLoop<RefreshCommand> refreshes, NodeReachability reach, CommandTopic commands) {
        return new IsolationMonitor(refreshes, reach, commands, GROUP);
    }
}

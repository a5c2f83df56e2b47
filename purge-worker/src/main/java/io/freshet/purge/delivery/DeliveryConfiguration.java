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
import io.freshet.purge.cursor.CommandLog;
import io.freshet.purge.cursor.CursorStore;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.NodeSettings;
import io.freshet.purge.node.Reach;
import io.freshet.purge.steering.NodeLog;
import io.freshet.purge.steering.NodeOrders;
import io.micrometer.core.instrument.Gauge;
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
    Reach reach() {
        return new Reach();
    }

    @Bean
    Tiers tiers(Fleet fleet, NodeSettings settings, Reach reach, MeterRegistry meters, Clock clock) {
        return new Tiers(fleet, (node, peers) -> new NodeChannel(node, settings, reach, peers, meters, clock));
    }

    @Bean
    Room room(DeliverySettings settings, MeterRegistry meters) {
        Room room = new Room(settings.purgesInFlight());
        Gauge.builder("freshet.purges.in.flight", room, Room::taken)
                .description("purges that have room to be on their way")
                .register(meters);
        return room;
    }

    @Bean
    Parts parts(Tiers tiers, Room room, MessagePublisher publisher, DeliverySettings settings, Clock clock) {
        ProgressReports reports = new ProgressReports(publisher, clock);
        return new Parts(
                tiers,
                new Courier(reports, room),
                reports,
                new FollowUps(tiers, publisher),
                new Pace(settings.catchUpObjectsPerSecond()));
    }

    @Bean
    CommandLog commandLog(KafkaClients clients) {
        return new CommandLog(clients, Topics.PURGE_COMMANDS);
    }

    @Bean
    NodeOrders nodeOrders() {
        return new NodeOrders();
    }

    @Bean
    TopicReader nodeOrdersReader(KafkaClients clients, NodeOrders orders) {
        return new TopicReader(clients, Topics.NODE_ORDERS, TopicReader.From.BEGINNING, orders);
    }

    @Bean
    NodeLog nodeLog() {
        return new NodeLog();
    }

    @Bean
    TopicReader nodeEventsReader(KafkaClients clients, NodeLog nodeLog) {
        return new TopicReader(clients, Topics.NODE_EVENTS, TopicReader.From.BEGINNING, nodeLog);
    }

    @Bean
    RetentionCheck retentionCheck(KafkaClients clients) {
        return new RetentionCheck(new OffsetsRetention(clients));
    }

    @Bean
    Shards shards(
            Fleet fleet,
            KafkaClients clients,
            CommandLog commands,
            NodeOrders orders,
            NodeLog nodeLog,
            RetentionCheck retention,
            Parts parts,
            DeliverySettings settings,
            Clock clock) {
        CursorStore store = new CursorStore(clients, commands);
        Newcomers newcomers = new Newcomers(fleet, commands, store, nodeLog, orders, clock);
        return new Shards(clients, commands, store, newcomers, orders, nodeLog, retention, parts, settings, clock);
    }

    @Bean
    NodeReports nodeReports(
            Tiers tiers,
            Shards shards,
            NodeOrders orders,
            MessagePublisher publisher,
            MeterRegistry meters,
            Clock clock) {
        return new NodeReports(tiers, shards, orders, publisher, meters, clock);
    }

    @Bean
    Flushes flushes(
            Tiers tiers,
            Shards shards,
            CommandLog commands,
            NodeLog nodeLog,
            NodeOrders orders,
            MessagePublisher publisher,
            DeliverySettings settings,
            Clock clock) {
        return new Flushes(tiers, shards, commands, nodeLog, orders, publisher, settings, clock);
    }

    @Bean
    CommandLoop<RefreshCommand> refreshes(
            KafkaClients clients,
            Shards shards,
            Parts parts,
            DeadLetters deadLetters,
            MessagePublisher publisher,
            DeliverySettings settings,
            MeterRegistry meters,
            Clock clock) {
        return new CommandLoop<>(
                clients,
                Topics.PURGE_COMMANDS,
                GROUP,
                RefreshCommand.class,
                new Delivery(shards, parts, meters, clock),
                deadLetters,
                publisher,
                new CommandLoop.Limits(
                        settings.objectsInFlight(parts.tiers().all().size()),
                        settings.recordsPerPoll(),
                        settings.stopTimeout()));
    }

    @Bean
    SelfDoubt nodesHealthIndicator(CommandLoop<RefreshCommand> refreshes, Reach reach, CommandLog commands) {
        return new SelfDoubt(refreshes, reach, commands, GROUP);
    }
}

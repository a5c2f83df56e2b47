package io.freshet.purge;

import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.Topics;
import io.freshet.fleet.node.Fleet;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.MessagePublisher;
import io.freshet.kafka.OffsetsRetention;
import io.freshet.kafka.TopicReader;
import io.freshet.kafka.command.CommandConsumer;
import io.freshet.kafka.command.CommandConsumers;
import io.freshet.kafka.command.ConsumerLimits;
import io.freshet.purge.control.NodeActions;
import io.freshet.purge.control.NodeEvents;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.cursor.CursorStore;
import io.freshet.purge.dispatch.DispatchProperties;
import io.freshet.purge.dispatch.FollowUpPublisher;
import io.freshet.purge.dispatch.InFlightLimiter;
import io.freshet.purge.dispatch.ProgressPublisher;
import io.freshet.purge.dispatch.RefreshDispatcher;
import io.freshet.purge.dispatch.TierTopology;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.NodeProperties;
import io.freshet.purge.node.NodeReachability;
import io.freshet.purge.operations.IsolationMonitor;
import io.freshet.purge.operations.NodeFlushProperties;
import io.freshet.purge.operations.NodeFlusher;
import io.freshet.purge.operations.NodeMetrics;
import io.freshet.purge.operations.NodeStatePublisher;
import io.freshet.purge.ownership.NodeRegistration;
import io.freshet.purge.ownership.OwnedPartitions;
import io.freshet.purge.ownership.OwnershipProperties;
import io.freshet.purge.ownership.RefreshHandler;
import io.freshet.purge.ownership.RetentionCheck;
import io.freshet.purge.replay.RateLimiter;
import io.freshet.purge.replay.ReplayFactory;
import io.freshet.purge.replay.ReplayProperties;
import io.freshet.purge.retry.RetryAttempt;
import io.freshet.purge.retry.RetryLists;
import io.freshet.purge.retry.RetryProperties;
import io.freshet.purge.retry.RetryTopic;
import io.freshet.purge.verify.VerificationProperties;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wiring of the worker. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    NodeProperties.class,
    VerificationProperties.class,
    DispatchProperties.class,
    ReplayProperties.class,
    OwnershipProperties.class,
    NodeFlushProperties.class,
    RetryProperties.class
})
class PurgeWorkerConfiguration {

    private static final String GROUP = "purge-worker";

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    // ---- nodes

    @Bean
    NodeReachability nodeReachability() {
        return new NodeReachability();
    }

    @Bean
    TierTopology tiers(
            Fleet fleet,
            NodeProperties settings,
            VerificationProperties verification,
            NodeReachability reachability,
            MeterRegistry meters,
            Clock clock) {
        return new TierTopology(
                fleet,
                (node, peers) -> new NodeChannel(node, settings, verification, reachability, peers, meters, clock));
    }

    // ---- dispatch

    @Bean
    InFlightLimiter inFlightLimiter(DispatchProperties settings, MeterRegistry meters) {
        InFlightLimiter limiter = new InFlightLimiter(settings.purgesInFlight());
        Gauge.builder("freshet.purges.in.flight", limiter, InFlightLimiter::inFlight)
                .description("Purges that have permits to be in flight")
                .register(meters);
        return limiter;
    }

    @Bean
    ProgressPublisher progressPublisher(MessagePublisher publisher, Clock clock) {
        return new ProgressPublisher(publisher, clock);
    }

    @Bean
    RetryLists retryLists(
            TierTopology tiers,
            InFlightLimiter limiter,
            ProgressPublisher progress,
            MessagePublisher publisher,
            KafkaClients clients,
            RetryProperties settings,
            ReplayProperties replay,
            MeterRegistry meters,
            Clock clock) {
        RetryLists retries = new RetryLists(
                tiers,
                new RetryAttempt(tiers, limiter, progress),
                publisher,
                new RetryTopic(clients),
                settings,
                replay.reboundDelay(),
                clock);
        Gauge.builder("freshet.purge.retries", retries, RetryLists::size)
                .description("Refreshes of which a healthy node has not completed some objects, for each such node")
                .register(meters);
        return retries;
    }

    @Bean
    RefreshDispatcher refreshDispatcher(ProgressPublisher progress, InFlightLimiter limiter, RetryLists retries) {
        return new RefreshDispatcher(progress, limiter, retries);
    }

    @Bean
    FollowUpPublisher followUpPublisher(TierTopology tiers, MessagePublisher publisher) {
        return new FollowUpPublisher(tiers, publisher);
    }

    // ---- topics

    @Bean
    CommandTopic commandTopic(KafkaClients clients) {
        return new CommandTopic(clients, Topics.PURGE_COMMANDS);
    }

    @Bean
    CursorStore cursorStore(KafkaClients clients, CommandTopic commands) {
        return new CursorStore(clients, commands);
    }

    @Bean
    NodeActions nodeActions() {
        return new NodeActions();
    }

    @Bean
    TopicReader nodeActionsReader(KafkaClients clients, NodeActions actions) {
        return new TopicReader(clients, Topics.NODE_ACTIONS, TopicReader.From.BEGINNING, actions);
    }

    @Bean
    NodeEvents nodeEvents() {
        return new NodeEvents();
    }

    @Bean
    TopicReader nodeEventsReader(KafkaClients clients, NodeEvents events) {
        return new TopicReader(clients, Topics.NODE_EVENTS, TopicReader.From.BEGINNING, events);
    }

    // ---- partitions

    @Bean
    ReplayFactory replays(
            KafkaClients clients,
            CommandTopic commands,
            TierTopology tiers,
            RefreshDispatcher dispatcher,
            ProgressPublisher progress,
            FollowUpPublisher followUps,
            ReplayProperties settings) {
        RateLimiter rateLimiter = new RateLimiter(settings.catchUpObjectsPerSecond());
        return new ReplayFactory(clients, commands, tiers, dispatcher, progress, followUps, rateLimiter);
    }

    @Bean
    RetentionCheck retentionCheck(KafkaClients clients) {
        return new RetentionCheck(new OffsetsRetention(clients));
    }

    @Bean
    NodeRegistration nodeRegistration(
            Fleet fleet,
            CommandTopic commands,
            CursorStore store,
            NodeEvents events,
            NodeActions actions,
            Clock clock) {
        return new NodeRegistration(fleet, commands, store, events, actions, clock);
    }

    @Bean
    OwnedPartitions ownedPartitions(
            TierTopology tiers,
            CommandTopic commands,
            CursorStore store,
            NodeRegistration registration,
            RetentionCheck retention,
            NodeActions actions,
            NodeEvents events,
            ReplayFactory replays,
            RetryLists retries,
            ReplayProperties replay,
            OwnershipProperties ownership,
            Clock clock) {
        return new OwnedPartitions(
                tiers,
                commands,
                store,
                registration,
                retention,
                actions,
                events,
                replays,
                retries,
                replay.reboundDelay(),
                ownership.cursorInterval(),
                clock);
    }

    @Bean
    RefreshHandler refreshHandler(
            OwnedPartitions partitions,
            TierTopology tiers,
            RefreshDispatcher dispatcher,
            ProgressPublisher progress,
            FollowUpPublisher followUps,
            MeterRegistry meters,
            Clock clock) {
        return new RefreshHandler(partitions, tiers, dispatcher, progress, followUps, meters, clock);
    }

    @Bean
    CommandConsumer<RefreshCommand> refreshConsumer(
            CommandConsumers consumers,
            RefreshHandler handler,
            TierTopology tiers,
            OwnershipProperties settings,
            DispatchProperties dispatch) {
        return consumers.create(
                Topics.PURGE_COMMANDS,
                GROUP,
                RefreshCommand.class,
                handler,
                new ConsumerLimits(
                        settings.objectsInFlight(
                                dispatch.purgesInFlight(), tiers.all().size()),
                        settings.recordsPerPoll(),
                        settings.stopTimeout()));
    }

    // ---- operations

    @Bean
    NodeStatePublisher nodeStatePublisher(
            TierTopology tiers, OwnedPartitions partitions, NodeActions actions, MessagePublisher publisher) {
        return new NodeStatePublisher(tiers, partitions, actions, publisher);
    }

    @Bean
    NodeMetrics nodeMetrics(TierTopology tiers, OwnedPartitions partitions, Clock clock) {
        return new NodeMetrics(tiers, partitions, clock);
    }

    @Bean
    NodeFlusher nodeFlusher(
            TierTopology tiers,
            OwnedPartitions partitions,
            CommandTopic commands,
            NodeEvents events,
            NodeActions actions,
            MessagePublisher publisher,
            NodeFlushProperties settings,
            ReplayProperties replay,
            Clock clock) {
        return new NodeFlusher(
                tiers, partitions, commands, events, actions, publisher, settings, replay.reboundDelay(), clock);
    }

    /** The bean's name makes it the health component {@code nodes}. */
    @Bean
    IsolationMonitor nodesHealthIndicator(
            CommandConsumer<RefreshCommand> consumer, NodeReachability reachability, CommandTopic commands) {
        return new IsolationMonitor(consumer, reachability, commands, GROUP);
    }
}

package io.freshet.purge;

import io.freshet.contracts.message.ConsumerGroups;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.Topics;
import io.freshet.fleet.definition.NodeDefinitions;
import io.freshet.fleet.watch.CurrentFleet;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.MessagePublisher;
import io.freshet.kafka.TaskCancellations;
import io.freshet.kafka.TopicReader;
import io.freshet.kafka.command.CommandConsumer;
import io.freshet.kafka.command.CommandConsumers;
import io.freshet.kafka.command.ConsumerLimits;
import io.freshet.purge.control.EventClock;
import io.freshet.purge.control.NodeActions;
import io.freshet.purge.control.NodeEvents;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.cursor.CursorStore;
import io.freshet.purge.discovery.NodeDiscovery;
import io.freshet.purge.dispatch.DispatchProperties;
import io.freshet.purge.dispatch.FollowUpPublisher;
import io.freshet.purge.dispatch.InFlightLimiter;
import io.freshet.purge.dispatch.ProgressPublisher;
import io.freshet.purge.dispatch.RefreshDispatcher;
import io.freshet.purge.inspection.UrlInspector;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.NodeProperties;
import io.freshet.purge.node.NodeReachability;
import io.freshet.purge.operations.IsolationMonitor;
import io.freshet.purge.operations.NodeFlushProperties;
import io.freshet.purge.operations.NodeFlusher;
import io.freshet.purge.operations.NodeMetrics;
import io.freshet.purge.operations.NodeStateProperties;
import io.freshet.purge.operations.NodeStatePublisher;
import io.freshet.purge.operations.RemovedPartitionCleaner;
import io.freshet.purge.ownership.NodeRegistration;
import io.freshet.purge.ownership.OwnedPartitions;
import io.freshet.purge.ownership.OwnershipProperties;
import io.freshet.purge.ownership.RefreshHandler;
import io.freshet.purge.replay.RateLimiter;
import io.freshet.purge.replay.ReplayFactory;
import io.freshet.purge.replay.ReplayProperties;
import io.freshet.purge.retry.RetryAttempt;
import io.freshet.purge.retry.RetryLists;
import io.freshet.purge.retry.RetryProperties;
import io.freshet.purge.retry.RetryTopic;
import io.freshet.purge.topology.TierTopologies;
import io.freshet.purge.verify.VerificationProperties;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.function.LongSupplier;
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
    NodeStateProperties.class,
    RetryProperties.class
})
class PurgeWorkerConfiguration {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    /** Returns the monotonic time, which decides about durations: the clock may be set while the worker runs. */
    @Bean
    LongSupplier nanoTime() {
        return System::nanoTime;
    }

    // ---- nodes

    @Bean
    NodeReachability nodeReachability() {
        return new NodeReachability();
    }

    @Bean
    TierTopologies topologies(
            CurrentFleet fleet,
            NodeProperties settings,
            DispatchProperties dispatch,
            VerificationProperties verification,
            NodeReachability reachability,
            MeterRegistry meters,
            Clock clock) {
        return new TierTopologies(fleet, (node, peers) -> {
            NodeProperties own = settings.forFleetOf(fleet.get().nodes().size(), dispatch.purgesInFlight());
            return new NodeChannel(node, own, verification, reachability, peers, meters, clock);
        });
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
            InFlightLimiter limiter,
            ProgressPublisher progress,
            TaskCancellations cancellations,
            MessagePublisher publisher,
            KafkaClients clients,
            RetryProperties settings,
            ReplayProperties replay,
            MeterRegistry meters,
            Clock clock,
            LongSupplier nanoTime) {
        RetryLists retries = new RetryLists(
                new RetryAttempt(limiter, progress, cancellations),
                publisher,
                new RetryTopic(clients),
                settings,
                replay.reboundDelay(),
                clock,
                nanoTime);
        Gauge.builder("freshet.purge.retries", retries, RetryLists::size)
                .description("Refreshes of which a healthy node has not completed some objects, for each such node")
                .register(meters);
        return retries;
    }

    @Bean
    RefreshDispatcher refreshDispatcher(
            ProgressPublisher progress, InFlightLimiter limiter, RetryLists retries, TaskCancellations cancellations) {
        return new RefreshDispatcher(progress, limiter, retries, cancellations);
    }

    @Bean
    FollowUpPublisher followUpPublisher(MessagePublisher publisher, TaskCancellations cancellations) {
        return new FollowUpPublisher(publisher, cancellations);
    }

    // ---- partitions

    @Bean
    ReplayFactory replays(
            KafkaClients clients,
            CommandTopic commands,
            TaskCancellations cancellations,
            RefreshDispatcher dispatcher,
            ProgressPublisher progress,
            FollowUpPublisher followUps,
            ReplayProperties settings) {
        RateLimiter rateLimiter = new RateLimiter(settings.catchUpObjectsPerSecond());
        return new ReplayFactory(clients, commands, cancellations, dispatcher, progress, followUps, rateLimiter);
    }

    @Bean
    NodeRegistration nodeRegistration(
            CurrentFleet fleet,
            NodeDefinitions definitions,
            CommandTopic commands,
            CursorStore store,
            NodeEvents events,
            NodeActions actions,
            EventClock clock) {
        return new NodeRegistration(fleet, definitions, commands, store, events, actions, clock);
    }

    @Bean
    OwnedPartitions ownedPartitions(
            TierTopologies topologies,
            CommandTopic commands,
            CursorStore store,
            NodeRegistration registration,
            NodeActions actions,
            TaskCancellations cancellations,
            NodeEvents events,
            ReplayFactory replays,
            RetryLists retries,
            ReplayProperties replay,
            OwnershipProperties ownership,
            EventClock clock,
            LongSupplier nanoTime) {
        return new OwnedPartitions(
                topologies,
                commands,
                store,
                registration,
                actions,
                cancellations,
                events,
                replays,
                retries,
                replay.reboundDelay(),
                ownership.cursorInterval(),
                clock,
                nanoTime);
    }

    @Bean
    RefreshHandler refreshHandler(
            OwnedPartitions partitions,
            RefreshDispatcher dispatcher,
            ProgressPublisher progress,
            FollowUpPublisher followUps,
            MeterRegistry meters,
            Clock clock) {
        return new RefreshHandler(partitions, dispatcher, progress, followUps, meters, clock);
    }

    @Bean
    CommandConsumer<RefreshCommand> refreshConsumer(
            CommandConsumers consumers,
            RefreshHandler handler,
            CurrentFleet fleet,
            OwnershipProperties settings,
            DispatchProperties dispatch) {
        return consumers.create(
                Topics.PURGE_COMMANDS,
                ConsumerGroups.PURGE_WORKER,
                RefreshCommand.class,
                handler,
                new ConsumerLimits(
                        settings.objectsInFlight(
                                dispatch.purgesInFlight(), fleet.get().nodes().size()),
                        settings.recordsPerPoll(),
                        settings.stopTimeout()));
    }

    // ---- operations

    @Bean
    NodeStatePublisher nodeStatePublisher(
            OwnedPartitions partitions,
            NodeActions actions,
            MessagePublisher publisher,
            NodeStateProperties settings,
            Clock clock,
            LongSupplier nanoTime) {
        return new NodeStatePublisher(partitions, actions, publisher, settings, clock, nanoTime);
    }

    @Bean
    RemovedPartitionCleaner removedPartitionCleaner(
            OwnedPartitions partitions,
            CommandTopic commands,
            NodeEvents events,
            MessagePublisher publisher,
            NodeStateProperties settings) {
        return new RemovedPartitionCleaner(partitions, commands, events, publisher, settings.stateInterval());
    }

    @Bean
    NodeMetrics nodeMetrics(CurrentFleet fleet, TierTopologies topologies, OwnedPartitions partitions, Clock clock) {
        return new NodeMetrics(fleet, topologies, partitions, clock);
    }

    @Bean
    NodeFlusher nodeFlusher(
            TierTopologies topologies,
            OwnedPartitions partitions,
            CommandTopic commands,
            NodeEvents events,
            NodeActions actions,
            MessagePublisher publisher,
            NodeFlushProperties settings,
            ReplayProperties replay,
            EventClock clock,
            LongSupplier nanoTime) {
        return new NodeFlusher(
                topologies,
                partitions,
                commands,
                events,
                actions,
                publisher,
                settings,
                replay.reboundDelay(),
                clock,
                nanoTime);
    }

    @Bean
    NodeDiscovery nodeDiscovery(
            CurrentFleet fleet,
            NodeDefinitions definitions,
            OwnedPartitions partitions,
            MessagePublisher publisher,
            NodeProperties settings,
            MeterRegistry meters,
            Clock clock) {
        return new NodeDiscovery(fleet, definitions, partitions, publisher, settings, meters, clock);
    }

    // ---- inspections

    @Bean
    UrlInspector urlInspector(OwnedPartitions partitions, MessagePublisher publisher, Clock clock) {
        return new UrlInspector(partitions, publisher, clock);
    }

    @Bean
    TopicReader inspectionsReader(KafkaClients clients, UrlInspector inspector) {
        return new TopicReader(clients, Topics.INSPECTIONS, TopicReader.From.END, inspector);
    }

    /** The bean's name makes it the health component {@code nodes}. */
    @Bean
    IsolationMonitor nodesHealthIndicator(
            CommandConsumer<RefreshCommand> consumer, NodeReachability reachability, CommandTopic commands) {
        return new IsolationMonitor(consumer, reachability, commands, ConsumerGroups.PURGE_WORKER);
    }
}

package io.freshet.gateway.node;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.message.NodeChanged;
import io.freshet.contracts.message.NodeDefinition;
import io.freshet.contracts.message.NodeEvent;
import io.freshet.contracts.message.NodeFlushed;
import io.freshet.contracts.message.Topics;
import io.freshet.fleet.definition.NodeDefinitions;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.node.Tier;
import io.freshet.fleet.watch.CurrentFleet;
import io.freshet.gateway.node.NodePartitionStates.ReportsOfNode;
import io.freshet.gateway.node.NodeView.NodeSource;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.ReceivedMessage;
import io.freshet.kafka.TopicReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * The state of every configured node, from the last report of each partition's worker. A node whose reports are not
 * repeated is unknown, unless it was lagging.
 */
@Component
public class NodeStatusRegistry implements SmartLifecycle, TopicReader.Listener {

    private static final Duration CHECK_INTERVAL = Duration.ofMillis(200);

    private final CurrentFleet fleet;
    private final NodeDefinitions definitions;
    private final Clock clock;
    private final TopicReader reader;
    private final NodePartitionStates lastReports;
    private final Sinks.Empty<Void> stopped = Sinks.empty();
    private final Flux<List<NodeView>> changes;

    NodeStatusRegistry(CurrentFleet fleet, NodeDefinitions definitions, KafkaClients clients, Clock clock) {
        this.fleet = fleet;
        this.definitions = definitions;
        this.clock = clock;
        this.lastReports = new NodePartitionStates(ids(fleet.get()), clock, System::nanoTime);
        fleet.onChange(next -> lastReports.configure(ids(next)));
        this.reader = new TopicReader(clients, Topics.NODE_EVENTS, TopicReader.From.BEGINNING, this);
        // Polled, since a change of state arrives as one report for each partition. All streams share the poll.
        this.changes = Flux.interval(Duration.ZERO, CHECK_INTERVAL)
                .onBackpressureDrop()
                .map(_ -> all())
                .distinctUntilChanged()
                .takeUntilOther(stopped.asMono())
                .replay(1)
                .refCount();
    }

    private static Set<String> ids(Fleet fleet) {
        return fleet.nodes().stream().map(Node::id).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void received(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            lastReports.remove(record.key());
            return;
        }
        switch (ReceivedMessage.read(record, NodeEvent.class)) {
            case NodeChanged changed -> lastReports.add(changed);
            case NodeFlushed _ -> {} // workers report flushedAt for every partition
        }
    }

    @Override
    public void caughtUp() {
        lastReports.caughtUp();
    }

    /** Returns all configured nodes, parents first. */
    List<NodeView> all() {
        return fleet.get().tiers().stream()
                .flatMap(tier -> tier.nodes().stream().map(node -> view(tier, node)))
                .toList();
    }

    /** Returns all nodes, and again at each change, until the gateway stops. */
    Flux<List<NodeView>> changes() {
        return changes;
    }

    /** Returns a configured node. */
    Optional<NodeView> byId(String id) {
        for (Tier tier : fleet.get().tiers()) {
            for (Node node : tier.nodes()) {
                if (node.id().equals(id)) {
                    return Optional.of(view(tier, node));
                }
            }
        }
        return Optional.empty();
    }

    private NodeView view(Tier tier, Node node) {
        ReportsOfNode reports = lastReports.of(node.id());
        List<NodeChanged> partitions = Stream.concat(reports.current().stream(), reports.expired().stream())
                .toList();
        Optional<NodeChanged> firstLagging = partitions.stream()
                .filter(report -> report.state() == NodeState.LAGGING)
                .min(Comparator.comparing(NodeChanged::since));
        Optional<NodeChanged> firstExpired =
                reports.expired().stream().min(Comparator.comparing(NodeChanged::observedAt));
        Optional<Instant> lastChange =
                partitions.stream().map(NodeChanged::since).max(Comparator.naturalOrder());
        return new NodeView(
                node.id(),
                tier.name(),
                node.address(),
                source(node.id()),
                state(reports, firstLagging.isPresent()),
                reports.current().isEmpty() ? null : reports.current().stream().allMatch(NodeChanged::reachable),
                firstLagging
                        .map(NodeChanged::since)
                        .or(() -> firstExpired.map(NodeChanged::observedAt))
                        .or(() -> lastChange)
                        .orElse(null),
                firstLagging
                        .map(NodeChanged::why)
                        .or(() -> notTakenOver(reports))
                        .or(() -> firstExpired.map(NodeStatusRegistry::noReport))
                        .orElse(null),
                partitions.stream().mapToLong(NodeChanged::lagRecords).sum(),
                secondsSince(oldestMissing(partitions)),
                partitions.stream()
                        .map(NodeChanged::flushedAt)
                        .filter(Objects::nonNull)
                        .max(Comparator.naturalOrder())
                        .orElse(null),
                partitions.stream().anyMatch(NodeChanged::held),
                partitions.stream().anyMatch(NodeChanged::needsFlush));
    }

    private NodeSource source(String id) {
        if (fleet.configured().nodes().stream().anyMatch(node -> node.id().equals(id))) {
            return NodeSource.FILE;
        }
        return definitions
                .of(id)
                .filter(definition -> definition.source() == NodeDefinition.Source.DNS)
                .map(_ -> NodeSource.DNS)
                .orElse(NodeSource.API);
    }

    /**
     * A node that lagged when its report expired still lags: without a worker it has received nothing since. So does a
     * new node, until the workers of all partitions have taken it over.
     */
    private static NodeState state(ReportsOfNode reports, boolean lagging) {
        if (lagging || !reports.unreported().isEmpty()) {
            return NodeState.LAGGING;
        }
        return reports.current().isEmpty() || !reports.expired().isEmpty() ? NodeState.UNKNOWN : NodeState.IN_SYNC;
    }

    private static Optional<String> notTakenOver(ReportsOfNode reports) {
        return reports.unreported().isEmpty()
                ? Optional.empty()
                : Optional.of("is new: the purge-workers of the partitions " + reports.unreported()
                        + " have not taken it over yet");
    }

    private static String noReport(NodeChanged expired) {
        return "no purge-worker has reported it on partition " + expired.partition() + " for more than "
                + expired.validity().toSeconds() + " s";
    }

    private static Optional<Instant> oldestMissing(Collection<NodeChanged> partitions) {
        return partitions.stream()
                .map(NodeChanged::oldestMissingAt)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder());
    }

    private long secondsSince(Optional<Instant> instant) {
        return instant.map(then ->
                        Math.max(0, Duration.between(then, clock.instant()).toSeconds()))
                .orElse(0L);
    }

    @Override
    public void start() {
        reader.start();
    }

    /** Ends the streams too, which would otherwise delay the server's graceful shutdown. */
    @Override
    public void stop() {
        reader.stop();
        stopped.tryEmitEmpty();
    }

    @Override
    public boolean isRunning() {
        return reader.isRunning();
    }
}

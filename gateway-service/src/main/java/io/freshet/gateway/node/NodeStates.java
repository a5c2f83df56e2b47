package io.freshet.gateway.node;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.message.NodeChanged;
import io.freshet.contracts.message.NodeEvent;
import io.freshet.contracts.message.NodeFlushed;
import io.freshet.contracts.message.Topics;
import io.freshet.fleet.Fleet;
import io.freshet.fleet.Node;
import io.freshet.fleet.Tier;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.ReceivedMessage;
import io.freshet.kafka.TopicReader;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Where every configured node stands, by the last word of each partition's worker. */
@Component
public class NodeStates implements SmartLifecycle, TopicReader.Listener {

    private static final Duration LOOK = Duration.ofMillis(200);

    private final Fleet fleet;
    private final TopicReader reader;
    /** By the record's key, a node and a partition. */
    private final Map<String, NodeChanged> lastWords = new ConcurrentHashMap<>();

    private final Sinks.Empty<Void> stopped = Sinks.empty();
    private final Flux<List<NodeView>> changes;

    NodeStates(Fleet fleet, KafkaClients clients) {
        this.fleet = fleet;
        this.reader = new TopicReader(clients, Topics.NODE_EVENTS, TopicReader.From.BEGINNING, this);
        // A change of state comes in one word per partition, so it is looked for after them, not at each; once for all
        // that watch.
        this.changes = Flux.interval(Duration.ZERO, LOOK)
                .onBackpressureDrop()
                .map(_ -> all())
                .distinctUntilChanged()
                .takeUntilOther(stopped.asMono())
                .replay(1)
                .refCount();
    }

    @Override
    public void received(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            lastWords.remove(record.key());
            return;
        }
        switch (ReceivedMessage.read(record, NodeEvent.class)) {
            case NodeChanged changed -> lastWords.put(changed.key(), changed);
            case NodeFlushed _ -> {} // every partition's worker repeats when
        }
    }

    /** All nodes of the configuration, parents first. */
    List<NodeView> all() {
        return fleet.tiers().stream()
                .flatMap(tier -> tier.nodes().stream().map(node -> view(tier, node)))
                .toList();
    }

    /** All nodes as they are now, and again when something of them changes; until the gateway stops. */
    Flux<List<NodeView>> changes() {
        return changes;
    }

    /** A node of the configuration. */
    Optional<NodeView> byId(String id) {
        for (Tier tier : fleet.tiers()) {
            for (Node node : tier.nodes()) {
                if (node.id().equals(id)) {
                    return Optional.of(view(tier, node));
                }
            }
        }
        return Optional.empty();
    }

    private NodeView view(Tier tier, Node node) {
        List<NodeChanged> partitions = lastWords.values().stream()
                .filter(word -> word.node().equals(node.id()))
                .toList();
        Optional<NodeChanged> firstLate = partitions.stream()
                .filter(word -> word.state() == NodeState.LAGGING)
                .min(Comparator.comparing(NodeChanged::since));
        Optional<Instant> lastChange =
                partitions.stream().map(NodeChanged::since).max(Comparator.naturalOrder());
        return new NodeView(
                node.id(),
                tier.name(),
                node.address(),
                state(partitions, firstLate.isPresent()),
                partitions.isEmpty() ? null : partitions.stream().allMatch(NodeChanged::reachable),
                firstLate.map(NodeChanged::since).or(() -> lastChange).orElse(null),
                firstLate.map(NodeChanged::why).orElse(null),
                partitions.stream().mapToLong(NodeChanged::lagRecords).sum(),
                secondsSince(oldestOwed(partitions)),
                partitions.stream()
                        .map(NodeChanged::flushedAt)
                        .filter(Objects::nonNull)
                        .max(Comparator.naturalOrder())
                        .orElse(null),
                partitions.stream().anyMatch(NodeChanged::held),
                partitions.stream().anyMatch(NodeChanged::needsFlush));
    }

    private static NodeState state(Collection<NodeChanged> partitions, boolean late) {
        if (partitions.isEmpty()) {
            return NodeState.UNKNOWN;
        }
        return late ? NodeState.LAGGING : NodeState.IN_SYNC;
    }

    private static Optional<Instant> oldestOwed(Collection<NodeChanged> partitions) {
        return partitions.stream()
                .map(NodeChanged::oldestMissingAt)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder());
    }

    private static long secondsSince(Optional<Instant> instant) {
        return instant.map(then ->
                        Math.max(0, Duration.between(then, Instant.now()).toSeconds()))
                .orElse(0L);
    }

    @Override
    public void start() {
        reader.start();
    }

    /** Ends the streams too, or they would hold up the server's graceful shutdown. */
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

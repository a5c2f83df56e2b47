package io.freshet.purge.discovery;

import io.freshet.contracts.message.NodeDefinition;
import io.freshet.fleet.definition.NodeDefinitions;
import io.freshet.fleet.node.Discovery;
import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.node.Tier;
import io.freshet.fleet.watch.CurrentFleet;
import io.freshet.kafka.MessagePublisher;
import io.freshet.purge.node.NodeIdentity;
import io.freshet.purge.node.NodeProperties;
import io.freshet.purge.operations.PeriodicTask;
import io.freshet.purge.ownership.OwnedPartitions;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Discovery of nodes by DNS, for the tiers whose configuration asks for it. Only the worker that owns the first partition
 * discovers, and publishes definitions of nodes, which all services follow. See docs/adr/0074.
 */
public final class NodeDiscovery implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NodeDiscovery.class);
    private static final int FIRST_PARTITION = 0;

    /** Time between two looks at the configuration. */
    private static final Duration TICK = Duration.ofMillis(100);

    /** Servers that are asked for their id at once. */
    private static final int MAX_ASKED = 64;

    /** A tier whose nodes are discovered. */
    private record DiscoveredTier(String name, Discovery discovery) {}

    private final CurrentFleet fleet;
    private final NodeDefinitions definitions;
    private final OwnedPartitions partitions;
    private final MessagePublisher publisher;
    private final NodeProperties properties;
    private final MeterRegistry meters;
    private final InstantSource clock;
    private final Map<DiscoveredTier, PeriodicTask> tasks = new ConcurrentHashMap<>();
    private final PeriodicTask configuration;

    public NodeDiscovery(
            CurrentFleet fleet,
            NodeDefinitions definitions,
            OwnedPartitions partitions,
            MessagePublisher publisher,
            NodeProperties properties,
            MeterRegistry meters,
            InstantSource clock) {
        this.fleet = fleet;
        this.definitions = definitions;
        this.partitions = partitions;
        this.publisher = publisher;
        this.properties = properties;
        this.meters = meters;
        this.clock = clock;
        this.configuration = new PeriodicTask("node-discovery", TICK, this::follow);
    }

    /** Begins and ends the discovery of tiers. */
    private void follow() throws InterruptedException {
        Set<DiscoveredTier> wanted = isResponsible() ? discoveredTiers() : Set.of();
        tasks.forEach((tier, task) -> {
            if (!wanted.contains(tier)) {
                tasks.remove(tier);
                task.close();
            }
        });
        wanted.forEach(tier -> tasks.computeIfAbsent(tier, this::task));
        if (isResponsible()) {
            retireOrphans(wanted);
        }
    }

    private boolean isResponsible() {
        return definitions.isComplete() && partitions.open(FIRST_PARTITION).isPresent();
    }

    private Set<DiscoveredTier> discoveredTiers() {
        return fleet.configured().tiers().stream()
                .flatMap(tier -> discovered(tier).stream())
                .collect(Collectors.toSet());
    }

    private static List<DiscoveredTier> discovered(Tier tier) {
        Discovery discovery = tier.discovery();
        return discovery == null ? List.of() : List.of(new DiscoveredTier(tier.name(), discovery));
    }

    /** Retires the nodes of names that the configuration no longer has. */
    private void retireOrphans(Set<DiscoveredTier> tiers) throws InterruptedException {
        for (NodeDefinition definition : definitions.all().values()) {
            boolean orphan = definition.source() == NodeDefinition.Source.DNS
                    && !definition.retired()
                    && tiers.stream()
                            .noneMatch(tier -> tier.name().equals(definition.tier())
                                    && tier.discovery().dns().equals(definition.by()));
            if (orphan) {
                publish(List.of(definition.retire(definition.by(), clock.instant())));
            }
        }
    }

    private PeriodicTask task(DiscoveredTier tier) {
        TierDiscovery state = new TierDiscovery(tier.name(), tier.discovery(), clock, System::nanoTime);
        DnsResolver resolver = new DnsResolver(tier.discovery());
        return new PeriodicTask("discovery-" + tier.name(), tier.discovery().interval(), () -> {
            NamedAddresses named = resolver.resolve();
            count(tier, named);
            Map<URI, String> ids = ids(named, tier.discovery());
            if (isResponsible()) {
                publish(state.changes(named, ids, definitions.all(), configured(fleet.configured())));
            }
        });
    }

    private void count(DiscoveredTier tier, NamedAddresses named) {
        meters.counter(
                        "freshet.discovery.queries",
                        "tier",
                        tier.name(),
                        "result",
                        named.isComplete() ? "answered" : "failed")
                .increment();
        if (!named.isComplete()) {
            log.warn("{} ({}) was not answered completely: {}", tier.discovery().dns(), tier.name(), named.failure());
        }
    }

    private static Set<String> configured(Fleet fleet) {
        return fleet.nodes().stream().map(Node::id).collect(Collectors.toSet());
    }

    /** Returns the ids of the servers that answer. */
    private Map<URI, String> ids(NamedAddresses named, Discovery discovery) throws InterruptedException {
        Map<URI, String> ids = new ConcurrentHashMap<>();
        Semaphore asked = new Semaphore(MAX_ASKED);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (URI address : named.addresses()) {
                asked.acquire();
                threads.execute(() -> {
                    try {
                        ask(address, discovery, ids);
                    } finally {
                        asked.release();
                    }
                });
            }
        }
        return ids;
    }

    private void ask(URI address, Discovery discovery, Map<URI, String> ids) {
        try {
            String id = NodeIdentity.of(address, discovery.driver(), properties);
            if (id == null) {
                log.warn(
                        "{} of {} does not say who it is by the header {}; it is left out",
                        address,
                        discovery.dns(),
                        discovery.driver().identityHeader());
            } else {
                ids.put(address, id);
            }
        } catch (IOException e) {
            log.debug("{} of {} does not answer: {}", address, discovery.dns(), e.toString());
        }
    }

    private void publish(List<NodeDefinition> changes) throws InterruptedException {
        for (NodeDefinition change : changes) {
            log.info(
                    change.retired() ? "{} retires: {} no longer names it" : "{} is discovered by {} at {}",
                    change.node(),
                    change.by(),
                    change.address());
        }
        publisher.publishUntilAcknowledged(changes);
    }

    @Override
    public void close() {
        configuration.close();
        tasks.values().forEach(PeriodicTask::close);
    }
}

package io.freshet.purge.discovery;

import io.freshet.contracts.message.NodeDefinition;
import io.freshet.fleet.node.Discovery;
import io.freshet.fleet.node.NodeReader;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Discovery of one tier's nodes: compares the addresses that DNS names, and the ids of the servers there, with the
 * definitions of nodes. A node that is named but does not answer stays. For one thread.
 */
final class TierDiscovery {

    private static final Logger log = LoggerFactory.getLogger(TierDiscovery.class);

    private final String tier;
    private final Discovery discovery;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final long begun;

    /** Monotonic time at which each node was last named. */
    private final Map<String, Long> lastNamed = new HashMap<>();

    /** Problems that have been logged. */
    private final Set<String> logged = new HashSet<>();

    /**
     * @param clock dates the definitions
     * @param nanoTime monotonic time in nanoseconds
     */
    TierDiscovery(String tier, Discovery discovery, InstantSource clock, LongSupplier nanoTime) {
        this.tier = tier;
        this.discovery = discovery;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.begun = nanoTime.getAsLong();
    }

    /**
     * Returns the definitions to publish.
     *
     * @param named by DNS now
     * @param ids of the servers at these addresses; without those that do not answer
     * @param definitions of all nodes, by id
     * @param configured ids of the nodes that the configuration names
     */
    List<NodeDefinition> changes(
            NamedAddresses named,
            Map<URI, String> ids,
            Map<String, NodeDefinition> definitions,
            Set<String> configured) {
        List<NodeDefinition> changes = new ArrayList<>();
        Map<String, List<URI>> addresses = byId(named, ids);
        addresses.forEach((id, of) -> {
            NodeDefinition next = definition(id, of, definitions.get(id));
            if (isMine(id, definitions.get(id), configured) && next != null) {
                changes.add(next);
            }
        });
        for (NodeDefinition definition : definitions.values()) {
            if (isDiscoveredHere(definition) && !definition.retired()) {
                if (addresses.containsKey(definition.node()) || isSilent(definition.address(), named, ids)) {
                    lastNamed.put(definition.node(), nanoTime.getAsLong());
                } else if (named.isComplete() && isGone(definition.node())) {
                    changes.add(definition.retire(discovery.dns(), now(definition)));
                    lastNamed.remove(definition.node());
                }
            }
        }
        return changes;
    }

    private Map<String, List<URI>> byId(NamedAddresses named, Map<URI, String> ids) {
        Map<String, List<URI>> addresses = new LinkedHashMap<>();
        for (URI address : named.addresses()) {
            String id = ids.get(address);
            if (id != null && NodeReader.isId(id)) {
                addresses.computeIfAbsent(id, _ -> new ArrayList<>()).add(address);
            } else if (id != null) {
                logOnce(address + " calls itself \"" + id + "\", which is not an id of a node; it is left out");
            }
        }
        return addresses;
    }

    /** Returns whether DNS names an address that does not answer. */
    private static boolean isSilent(URI address, NamedAddresses named, Map<URI, String> ids) {
        return named.addresses().contains(address) && !ids.containsKey(address);
    }

    private boolean isGone(String node) {
        long since = lastNamed.getOrDefault(node, begun);
        return Duration.ofNanos(nanoTime.getAsLong() - since).compareTo(discovery.retireAfter()) > 0;
    }

    private boolean isDiscoveredHere(NodeDefinition definition) {
        return definition.source() == NodeDefinition.Source.DNS
                && definition.tier().equals(tier)
                && definition.by().equals(discovery.dns());
    }

    /** Returns whether no other source defines this node. */
    private boolean isMine(String id, @Nullable NodeDefinition present, Set<String> configured) {
        if (configured.contains(id)) {
            logOnce("node " + id + " is named by the configuration file, too, which has precedence");
            return false;
        }
        if (present == null || present.retired() || isDiscoveredHere(present)) {
            return true;
        }
        logOnce("node " + id + " is in tier " + present.tier() + " by " + present.by() + ", which has precedence");
        return false;
    }

    private void logOnce(String problem) {
        if (logged.add(problem)) {
            log.warn("{} ({}): {}", discovery.dns(), tier, problem);
        }
    }

    /**
     * Returns the definition of a node if it differs from the present one.
     *
     * @param addresses of the node, one at least; an IPv4 and an IPv6 address may be of one node
     */
    private @Nullable NodeDefinition definition(String id, List<URI> addresses, @Nullable NodeDefinition present) {
        URI address =
                present != null && addresses.contains(present.address()) ? present.address() : addresses.getFirst();
        String region = discovery.region().isEmpty() ? null : discovery.region();
        String driver = discovery.driver().name();
        boolean unchanged = present != null
                && !present.retired()
                && isDiscoveredHere(present)
                && present.address().equals(address)
                && present.driver().equals(driver)
                && Objects.equals(present.region(), region);
        return unchanged
                ? null
                : new NodeDefinition(
                        id,
                        tier,
                        address,
                        driver,
                        region,
                        NodeDefinition.Source.DNS,
                        false,
                        discovery.dns(),
                        now(present));
    }

    /** A newer definition has a later time, even if another worker's clock is ahead. */
    private Instant now(@Nullable NodeDefinition present) {
        Instant now = clock.instant();
        return present == null || now.isAfter(present.at()) ? now : present.at().plusMillis(1);
    }
}

package io.freshet.purge.topology;

import io.freshet.fleet.node.Fleet;
import io.freshet.fleet.node.Node;
import io.freshet.fleet.node.Tier;
import io.freshet.fleet.watch.CurrentFleet;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.Peers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Topology of the current fleet, and those of earlier fleets that partitions still use. Topologies share the channels
 * of nodes that are equal in both; a channel is closed when no topology in use has it. Thread-safe.
 */
public final class TierTopologies implements AutoCloseable {

    /** A node in another tier has other peers, so it has another channel. */
    private record ChannelKey(String tier, Node node) {}

    private final BiFunction<Node, Peers, NodeChannel> opening;
    private final Map<String, Peers> peers = new HashMap<>();
    private final Map<ChannelKey, NodeChannel> channels = new HashMap<>();
    /** Topology of each use; one that several partitions use is there several times. */
    private final List<TierTopology> used = new ArrayList<>();

    private volatile TierTopology current;

    public TierTopologies(CurrentFleet fleet, BiFunction<Node, Peers, NodeChannel> opening) {
        this.opening = opening;
        this.current = create(fleet.get());
        fleet.onChange(this::replace);
    }

    /** Returns the topology of the current fleet, without using it for longer. */
    public TierTopology current() {
        return current;
    }

    /** Returns whether this is the topology of the current fleet. */
    public boolean isCurrent(TierTopology tiers) {
        return tiers == current;
    }

    /** Returns the topology of the current fleet, whose channels stay open until {@link #release}. */
    public synchronized TierTopology use() {
        used.add(current);
        return current;
    }

    /** Ends one use. */
    public synchronized void release(TierTopology tiers) {
        used.remove(tiers);
        closeUnused();
    }

    private synchronized void replace(Fleet fleet) {
        current = create(fleet);
        closeUnused();
    }

    private TierTopology create(Fleet fleet) {
        return new TierTopology(fleet, this::channel);
    }

    private NodeChannel channel(Tier tier, Node node) {
        return channels.computeIfAbsent(
                new ChannelKey(tier.name(), node),
                _ -> opening.apply(node, peers.computeIfAbsent(tier.name(), _ -> new Peers())));
    }

    private void closeUnused() {
        Set<NodeChannel> needed = new HashSet<>(current.all());
        used.forEach(tiers -> needed.addAll(tiers.all()));
        List<NodeChannel> unused = channels.values().stream()
                .filter(channel -> !needed.contains(channel))
                .toList();
        channels.values().removeAll(unused);
        unused.forEach(NodeChannel::close);
        Set<String> left = new HashSet<>();
        unused.forEach(channel -> left.add(channel.node().id()));
        channels.keySet().forEach(key -> left.remove(key.node().id()));
        unused.stream().filter(channel -> left.contains(channel.node().id())).forEach(NodeChannel::forget);
    }

    @Override
    public synchronized void close() {
        channels.values().forEach(NodeChannel::close);
    }
}

package io.freshet.gateway.node;

import io.freshet.contracts.message.NodeChanged;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Last report of each node on each partition. A report is current until its validity is over without a repetition.
 *
 * <p>The validity counts from the arrival, in monotonic time, so that clocks need not agree. Only the age of reports
 * from before the gateway's start is told by clocks.
 */
final class NodePartitionStates {

    private final Clock clock;
    private final LongSupplier nanoTime;

    /** Last report by node, and by record key, which is the node and a partition. */
    private final Map<String, Map<String, NodeReport>> reports = new ConcurrentHashMap<>();

    /** Partition of every record key, also of nodes that are not configured. */
    private final Map<String, Integer> partitions = new HashMap<>();

    /** Partitions of all record keys. */
    private volatile Set<Integer> knownPartitions = Set.of();

    private volatile Set<String> configured;
    private volatile boolean caughtUp;

    /**
     * @param configured ids of the configured nodes
     * @param nanoTime monotonic time in nanoseconds
     */
    NodePartitionStates(Set<String> configured, Clock clock, LongSupplier nanoTime) {
        this.configured = configured;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** Report of a node on one partition, and the monotonic time of its end. */
    private record NodeReport(NodeChanged state, long expiresAt) {

        static NodeReport newest(NodeReport earlier, NodeReport later) {
            return NodeChanged.newest(earlier.state, later.state) == later.state ? later : earlier;
        }
    }

    /**
     * Reports of one node.
     *
     * @param current those that were repeated in time
     * @param expired those that were not: no worker owns their partitions, or none reaches Kafka
     * @param unreported partitions on which other nodes have been reported, and this one never has
     */
    record ReportsOfNode(List<NodeChanged> current, List<NodeChanged> expired, SortedSet<Integer> unreported) {}

    /**
     * Adds a report. That of a node that is not configured is dropped: when the node comes back, only later reports
     * count.
     */
    synchronized void add(NodeChanged state) {
        partitions.put(state.key(), state.partition());
        if (!knownPartitions.contains(state.partition())) {
            knownPartitions = Set.copyOf(partitions.values());
        }
        if (!configured.contains(state.node())) {
            return;
        }
        NodeReport report = new NodeReport(
                state, nanoTime.getAsLong() + remainingValidity(state).toNanos());
        reports.computeIfAbsent(state.node(), _ -> new ConcurrentHashMap<>())
                .merge(state.key(), report, NodeReport::newest);
    }

    private Duration remainingValidity(NodeChanged state) {
        if (caughtUp) {
            return state.validity();
        }
        Duration age = Duration.between(state.observedAt(), clock.instant());
        if (age.isNegative()) {
            return state.validity();
        }
        return age.compareTo(state.validity()) < 0 ? state.validity().minus(age) : Duration.ZERO;
    }

    /** Removes the report of a deleted record. */
    synchronized void remove(String key) {
        if (partitions.remove(key) != null) {
            knownPartitions = Set.copyOf(partitions.values());
        }
        reports.values().forEach(ofNode -> ofNode.remove(key));
    }

    /** Notes which nodes are configured now, and forgets the reports of all others. */
    synchronized void configure(Set<String> nodes) {
        configured = nodes;
        reports.keySet().retainAll(nodes);
    }

    /** Notes that all reports from before the start have been added. */
    void caughtUp() {
        caughtUp = true;
    }

    ReportsOfNode of(String node) {
        long now = nanoTime.getAsLong();
        Collection<NodeReport> all = reports.getOrDefault(node, Map.of()).values();
        return new ReportsOfNode(
                all.stream()
                        .filter(report -> report.expiresAt() - now > 0)
                        .map(NodeReport::state)
                        .toList(),
                all.stream()
                        .filter(report -> report.expiresAt() - now <= 0)
                        .map(NodeReport::state)
                        .toList(),
                unreported(all));
    }

    /** Returns nothing until the reports from before the start have been read: those of this node may follow. */
    private SortedSet<Integer> unreported(Collection<NodeReport> reported) {
        SortedSet<Integer> unreported = caughtUp ? new TreeSet<>(knownPartitions) : new TreeSet<>();
        reported.forEach(report -> unreported.remove(report.state().partition()));
        return unreported;
    }
}

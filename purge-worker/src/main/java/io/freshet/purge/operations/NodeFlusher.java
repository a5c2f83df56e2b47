package io.freshet.purge.operations;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.message.FlushNode;
import io.freshet.contracts.message.NodeFlushed;
import io.freshet.kafka.MessagePublisher;
import io.freshet.purge.control.NodeActions;
import io.freshet.purge.control.NodeActions.PendingFlush;
import io.freshet.purge.control.NodeEvents;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.driver.PurgeOutcome;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.ownership.OwnedPartitions;
import io.freshet.purge.partition.PartitionState;
import io.freshet.purge.topology.TierTopologies;
import io.freshet.purge.topology.TierTopology;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flushes whole nodes: those that have not received commands that are no longer in the topic, and those that an
 * operator wants flushed. One node after the other, parents first, and all their children after them. Only the worker
 * that owns the first partition flushes; the owners of all partitions learn of it from the topic of node events.
 */
public final class NodeFlusher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NodeFlusher.class);
    private static final int FIRST_PARTITION = 0;
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(30);
    /** Name of the worker where actions name an operator. */
    private static final String WORKER = "freshet";

    /** End offsets of the commands before a flush: everything below is covered by it. */
    private record EndsBefore(Instant at, String topicId, Map<Integer, Long> ends) {}

    private final TierTopologies topologies;
    private final OwnedPartitions partitions;
    private final CommandTopic commands;
    private final NodeEvents events;
    private final NodeActions actions;
    private final MessagePublisher publisher;
    private final NodeFlushProperties settings;
    private final Duration reboundDelay;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    /** Time of the last failed flush. */
    private final Map<NodeChannel, Long> failures = new HashMap<>();

    private final PeriodicTask task;

    /**
     * @param reboundDelay between the two flushes of a node
     * @param nanoTime monotonic time in nanoseconds
     */
    public NodeFlusher(
            TierTopologies topologies,
            OwnedPartitions partitions,
            CommandTopic commands,
            NodeEvents events,
            NodeActions actions,
            MessagePublisher publisher,
            NodeFlushProperties settings,
            Duration reboundDelay,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.topologies = topologies;
        this.partitions = partitions;
        this.commands = commands;
        this.events = events;
        this.actions = actions;
        this.publisher = publisher;
        this.settings = settings;
        this.reboundDelay = reboundDelay;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.task = new PeriodicTask("node-flusher", INTERVAL, this::run);
    }

    private void run() throws InterruptedException {
        try {
            flushDueNodes();
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException | CompletionException e) {
            log.warn("Kafka failed during a flush, which is repeated: {}", e.toString());
        }
    }

    /** Returns the nodes that this worker flushes: those of the first partition, which it owns. */
    private Optional<TierTopology> responsibleFor() {
        return events.isComplete() && actions.isComplete()
                ? partitions.open(FIRST_PARTITION).map(PartitionState::topology).filter(topologies::isCurrent)
                : Optional.empty();
    }

    private boolean isResponsible(TierTopology tiers) {
        return responsibleFor().filter(tiers::equals).isPresent();
    }

    private void flushDueNodes() throws InterruptedException {
        Optional<TierTopology> tiers = responsibleFor();
        if (tiers.isPresent()) {
            flushDueNodes(tiers.get());
        }
    }

    private void flushDueNodes(TierTopology tiers) throws InterruptedException {
        for (int tier = 0; tier < tiers.inOrder().size(); tier++) {
            List<NodeChannel> due = isResponsible(tiers)
                    ? tiers.inOrder().get(tier).stream().filter(this::isDue).toList()
                    : List.of();
            if (!due.isEmpty()) {
                flush(tiers, tier, due);
                return; // due nodes of lower tiers may have been flushed as children
            }
        }
    }

    private boolean isDue(NodeChannel node) {
        String id = node.node().id();
        if (!node.health().isHealthy() || actions.hold(id).isPresent() || hasJustFailed(node)) {
            return false;
        }
        return pendingFlush(node).isPresent()
                || settings.autoFlush()
                        && node.driver().flush() != null
                        && !events.partitionsInNeedOfFlush(id).isEmpty();
    }

    private boolean hasJustFailed(NodeChannel node) {
        Long failedAt = failures.get(node);
        return failedAt != null && nanoTime.getAsLong() - failedAt < RETRY_INTERVAL.toNanos();
    }

    /**
     * Returns the number of the newest request to flush the node that has not been carried out. If the driver cannot
     * flush the node, only an operator's request counts: it says that the node has been emptied.
     */
    private Optional<Long> pendingFlush(NodeChannel node) {
        String id = node.node().id();
        Optional<PendingFlush> pending = partitions
                .open(FIRST_PARTITION)
                .filter(partition -> partition.topology().node(id).isPresent())
                .flatMap(partition -> actions.pendingFlush(id, partition.lastAction(node)));
        return pending.filter(flush -> !isDone(flush))
                .filter(flush -> node.driver().flush() != null || !flush.isRequired())
                .map(PendingFlush::number);
    }

    /** Returns whether the flush has been carried out, though the partition may not know it yet. */
    private boolean isDone(PendingFlush flush) {
        return events.lastFlush(flush.request().node())
                .map(NodeFlushed::actionOffset)
                .filter(done -> !actions.isAfter(flush.number(), done))
                .isPresent();
    }

    /**
     * Flushes nodes of one tier and then the tiers below, which may have fetched old copies from them. Only then the
     * nodes count as flushed. If the fleet changes meanwhile, the flush is begun anew: a new child may hold old copies.
     */
    private void flush(TierTopology tiers, int tier, List<NodeChannel> nodes) throws InterruptedException {
        Map<NodeChannel, Optional<Long>> requests = new HashMap<>();
        nodes.forEach(node -> requests.put(node, pendingFlush(node)));
        EndsBefore before = new EndsBefore(clock.instant(), commands.topicId(), commands.ends());
        if (!flushTwice(nodes)) {
            return;
        }
        for (List<NodeChannel> below :
                tiers.inOrder().subList(tier + 1, tiers.inOrder().size())) {
            List<NodeChannel> children = below.stream()
                    .filter(child ->
                            child.driver().flush() != null && child.health().isHealthy())
                    .toList();
            if (!topologies.isCurrent(tiers) || !flushTwice(children)) {
                return;
            }
            below.stream().filter(child -> !children.contains(child)).forEach(child -> requireFlush(child, nodes));
            children.forEach(child -> publishFlushed(child, before, Optional.empty()));
        }
        if (topologies.isCurrent(tiers)) {
            nodes.forEach(node -> publishFlushed(node, before, requireNonNull(requests.get(node))));
        }
    }

    /**
     * Requires the flush of a child that cannot be flushed now. It is lagging until it has been flushed, or until an
     * operator has emptied it and requests its flush.
     */
    private void requireFlush(NodeChannel child, List<NodeChannel> parents) {
        String names = parents.stream().map(parent -> parent.node().id()).collect(Collectors.joining(" and "));
        String reason = "it may hold old copies from " + names + ", flushed at " + clock.instant();
        log.warn("{} could not be flushed after its parents: {}", child.node().id(), reason);
        publisher
                .publish(new FlushNode(child.node().id(), WORKER, clock.instant(), reason))
                .join();
    }

    /** Flushes nodes twice, since a fetch in progress may bring old content back. Returns false if a flush failed. */
    private boolean flushTwice(List<NodeChannel> nodes) throws InterruptedException {
        if (nodes.isEmpty()) {
            return true;
        }
        if (!flushEach(nodes)) {
            return false;
        }
        TimeUnit.MILLISECONDS.sleep(reboundDelay.toMillis());
        return flushEach(nodes);
    }

    /** Flushes one node after the other with a pause, so that their misses do not reach the tier above at once. */
    private boolean flushEach(List<NodeChannel> nodes) throws InterruptedException {
        for (NodeChannel node : nodes) {
            if (!flushOnce(node)) {
                failures.put(node, nanoTime.getAsLong());
                return false;
            }
            if (node != nodes.getLast()) {
                TimeUnit.MILLISECONDS.sleep(settings.flushPause().toMillis());
            }
        }
        return true;
    }

    private boolean flushOnce(NodeChannel node) {
        try {
            // A node whose driver cannot flush it has been emptied by the operator who requested the flush.
            PurgeOutcome outcome = node.flush().orElse(PurgeOutcome.Gone.PURGED);
            if (outcome instanceof PurgeOutcome.Gone) {
                log.warn("{} was flushed", node.node().id());
                return true;
            }
            warnOfFailure(node, outcome);
        } catch (IOException e) {
            warnOfFailure(node, e);
        }
        return false;
    }

    private static void warnOfFailure(NodeChannel node, Object cause) {
        log.warn(
                "{} could not be flushed; the flush is repeated in {} s: {}",
                node.node().id(),
                RETRY_INTERVAL.toSeconds(),
                cause.toString());
    }

    private void publishFlushed(NodeChannel node, EndsBefore before, Optional<Long> request) {
        publisher
                .publish(new NodeFlushed(
                        node.node().id(), before.at(), before.topicId(), before.ends(), request.orElse(null)))
                .join();
    }

    @Override
    public void close() {
        task.close();
    }
}

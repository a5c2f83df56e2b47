package io.freshet.purge.operations;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.message.NodeChanged;
import io.freshet.kafka.MessagePublisher;
import io.freshet.purge.control.NodeActions;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.NodeHealth;
import io.freshet.purge.ownership.OwnedPartitions;
import io.freshet.purge.partition.NodeStatus;
import io.freshet.purge.partition.PartitionState;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the state of each node on each partition of this worker: when it has changed, at most twice a second, and
 * again after an interval. Without repetition, a state would be believed after all workers have died.
 */
public final class NodeStatePublisher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NodeStatePublisher.class);
    private static final Duration INTERVAL = Duration.ofMillis(500);

    /** One node on one partition. */
    private record StateKey(String node, PartitionState partition) {}

    /** State that Kafka has acknowledged, and the monotonic time at which it was observed. */
    private record Published(NodeChanged state, long at) {}

    private final OwnedPartitions partitions;
    private final NodeActions actions;
    private final MessagePublisher publisher;
    private final Duration repeatInterval;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Map<StateKey, Published> published = new HashMap<>();
    private final PeriodicTask task;

    /**
     * @param clock dates the observation of a state
     * @param nanoTime monotonic time in nanoseconds, which decides when a state is repeated
     */
    public NodeStatePublisher(
            OwnedPartitions partitions,
            NodeActions actions,
            MessagePublisher publisher,
            NodeStateProperties settings,
            Clock clock,
            LongSupplier nanoTime) {
        this.partitions = partitions;
        this.actions = actions;
        this.publisher = publisher;
        this.repeatInterval = settings.stateInterval();
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.task = new PeriodicTask("node-states", INTERVAL, this::publishDue);
    }

    /** Publishes every state of a partition that is newly owned: what its former owner published may be out of date. */
    private void publishDue() throws InterruptedException {
        List<PartitionState> open = partitions.open();
        published.keySet().removeIf(key -> !open.contains(key.partition()));
        Map<StateKey, Published> due = new HashMap<>();
        for (PartitionState partition : open) {
            for (NodeChannel node : partition.topology().all()) {
                StateKey key = new StateKey(node.node().id(), partition);
                Published now = new Published(state(partition, node), nanoTime.getAsLong());
                if (isDue(now, published.get(key))) {
                    due.put(key, now);
                }
            }
        }
        publish(due);
    }

    private boolean isDue(Published now, @Nullable Published last) {
        return last == null
                || !now.state().equalsIgnoringTime(last.state())
                || now.at() - last.at() >= repeatInterval.toNanos();
    }

    private void publish(Map<StateKey, Published> due) throws InterruptedException {
        Map<StateKey, CompletableFuture<Void>> sent = new HashMap<>();
        due.forEach((key, state) -> sent.put(key, publisher.publish(state.state())));
        try {
            for (Map.Entry<StateKey, CompletableFuture<Void>> each : sent.entrySet()) {
                each.getValue().get();
                published.put(each.getKey(), requireNonNull(due.get(each.getKey())));
            }
        } catch (ExecutionException e) {
            log.warn(
                    "Kafka did not acknowledge node states; they are published again: {}",
                    String.valueOf(e.getCause()));
        }
    }

    private NodeChanged state(PartitionState partition, NodeChannel node) {
        NodeStatus status = partition.status(node);
        return new NodeChanged(
                node.node().id(),
                partition.partition(),
                status.isLagging() ? NodeState.LAGGING : NodeState.IN_SYNC,
                !(node.health() instanceof NodeHealth.Unreachable),
                status.since(),
                status.reason(),
                status.lagRecords(),
                status.oldestMissingAt(),
                status.flushedAt(),
                actions.hold(node.node().id()).isPresent(),
                status.isLost() || isFlushRequired(partition, node),
                partition.generation(),
                clock.instant(),
                repeatInterval);
    }

    private boolean isFlushRequired(PartitionState partition, NodeChannel node) {
        return actions.pendingFlush(node.node().id(), partition.lastAction(node))
                .filter(NodeActions.PendingFlush::isRequired)
                .isPresent();
    }

    @Override
    public void close() {
        task.close();
    }
}

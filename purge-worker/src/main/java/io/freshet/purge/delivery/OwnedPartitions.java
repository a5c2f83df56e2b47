package io.freshet.purge.delivery;

import io.freshet.contracts.message.FlushNode;
import io.freshet.contracts.message.Topics;
import io.freshet.kafka.KafkaClients;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.cursor.CursorStore;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.steering.NodeEvents;
import io.freshet.purge.steering.NodeActions;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The partitions that are this worker's. */
final class OwnedPartitions implements AutoCloseable {

    private final Map<Integer, PartitionOwner> owned = new ConcurrentHashMap<>();
    private final KafkaClients clients;
    private final CommandTopic commands;
    private final CursorStore store;
    private final NodeRegistration newcomers;
    private final NodeActions orders;
    private final NodeEvents nodeLog;
    private final RetentionCheck retention;
    private final Parts parts;
    private final DeliveryProperties settings;
    private final Clock clock;

    OwnedPartitions(
            KafkaClients clients,
            CommandTopic commands,
            CursorStore store,
            NodeRegistration newcomers,
            NodeActions orders,
            NodeEvents nodeLog,
            RetentionCheck retention,
            Parts parts,
            DeliveryProperties settings,
            Clock clock) {
        this.clients = clients;
        this.commands = commands;
        this.store = store;
        this.newcomers = newcomers;
        this.orders = orders;
        this.nodeLog = nodeLog;
        this.retention = retention;
        this.parts = parts;
        this.settings = settings;
        this.clock = clock;
    }

    /** Takes a partition over. */
    void open(int partition, long position) {
        PartitionState shard = new PartitionState(partition, parts.tiers().inOrder(), settings.reboundDelay(), clock);
        PartitionOwner keeper = new PartitionOwner(
                shard,
                position,
                commands,
                store,
                newcomers,
                retention,
                orders,
                nodeLog,
                clock,
                reader(partition),
                new CatchUpReplay(shard, reader(partition), commands, parts, node -> canBeSentTo(shard, node)),
                new ReboundReplay(shard, reader(partition), commands, parts));
        PartitionOwner former = owned.put(partition, keeper);
        if (former != null) {
            former.close();
        }
        keeper.start();
    }

    private PartitionReader reader(int partition) {
        return new PartitionReader(clients, new TopicPartition(Topics.PURGE_COMMANDS, partition));
    }

    private boolean canBeSentTo(PartitionState shard, NodeChannel node) {
        String id = node.node().id();
        boolean isToBeFlushed =
                orders.since(id, shard.lastOrder(node)).stream().anyMatch(given -> given.order() instanceof FlushNode);
        return node.health().isHealthy() && orders.hold(id).isEmpty() && !isToBeFlushed && shard.knowsStart(node);
    }

    @Nullable
    PartitionOwner keeper(int partition) {
        return owned.get(partition);
    }

    /** The shard of a partition, once it has been taken over. */
    Optional<PartitionState> ready(int partition) {
        return Optional.ofNullable(owned.get(partition))
                .filter(PartitionOwner::isReady)
                .map(PartitionOwner::shard);
    }

    /** All that have been taken over. */
    List<PartitionState> ready() {
        return owned.values().stream()
                .filter(PartitionOwner::isReady)
                .map(PartitionOwner::shard)
                .toList();
    }

    void close(Collection<Integer> partitions) {
        for (int partition : partitions) {
            PartitionOwner keeper = owned.remove(partition);
            if (keeper != null) {
                keeper.close();
            }
        }
    }

    @Override
    public void close() {
        close(List.copyOf(owned.keySet()));
    }
}

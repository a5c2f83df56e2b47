package io.freshet.purge.delivery;

import io.freshet.contracts.message.FlushNode;
import io.freshet.contracts.message.Topics;
import io.freshet.kafka.KafkaClients;
import io.freshet.purge.cursor.CommandLog;
import io.freshet.purge.cursor.CursorStore;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.steering.NodeLog;
import io.freshet.purge.steering.NodeOrders;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The partitions that are this worker's. */
final class Shards implements AutoCloseable {

    private final Map<Integer, ShardKeeper> owned = new ConcurrentHashMap<>();
    private final KafkaClients clients;
    private final CommandLog commands;
    private final CursorStore store;
    private final Newcomers newcomers;
    private final NodeOrders orders;
    private final NodeLog nodeLog;
    private final RetentionCheck retention;
    private final Parts parts;
    private final DeliverySettings settings;
    private final Clock clock;

    Shards(
            KafkaClients clients,
            CommandLog commands,
            CursorStore store,
            Newcomers newcomers,
            NodeOrders orders,
            NodeLog nodeLog,
            RetentionCheck retention,
            Parts parts,
            DeliverySettings settings,
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
        Shard shard = new Shard(partition, parts.tiers().inOrder(), settings.reboundDelay(), clock);
        ShardKeeper keeper = new ShardKeeper(
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
                new CatchUp(shard, reader(partition), commands, parts, node -> canBeSentTo(shard, node)),
                new Rebound(shard, reader(partition), commands, parts));
        ShardKeeper former = owned.put(partition, keeper);
        if (former != null) {
            former.close();
        }
        keeper.start();
    }

    private CommandReader reader(int partition) {
        return new CommandReader(clients, new TopicPartition(Topics.PURGE_COMMANDS, partition));
    }

    private boolean canBeSentTo(Shard shard, NodeChannel node) {
        String id = node.node().id();
        boolean isToBeFlushed =
                orders.since(id, shard.lastOrder(node)).stream().anyMatch(given -> given.order() instanceof FlushNode);
        return node.standing().isUsable() && orders.hold(id).isEmpty() && !isToBeFlushed && shard.knowsStart(node);
    }

    @Nullable
    ShardKeeper keeper(int partition) {
        return owned.get(partition);
    }

    /** The shard of a partition, once it has been taken over. */
    Optional<Shard> ready(int partition) {
        return Optional.ofNullable(owned.get(partition))
                .filter(ShardKeeper::isReady)
                .map(ShardKeeper::shard);
    }

    /** All that have been taken over. */
    List<Shard> ready() {
        return owned.values().stream()
                .filter(ShardKeeper::isReady)
                .map(ShardKeeper::shard)
                .toList();
    }

    void close(Collection<Integer> partitions) {
        for (int partition : partitions) {
            ShardKeeper keeper = owned.remove(partition);
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

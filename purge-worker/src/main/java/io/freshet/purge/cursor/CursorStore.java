package io.freshet.purge.cursor;

import static java.util.Objects.requireNonNull;

import io.freshet.kafka.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Store of all cursors: committed offsets of one consumer group per node, so that every Kafka tool shows a node's lag.
 * All methods throw {@link KafkaException}.
 */
public final class CursorStore {

    /** Prefix of the consumer groups that hold the cursors of first purges, followed by the node's id. */
    public static final String APPLIED = "freshet-node-";

    /** Prefix of the consumer groups that hold the cursors of second purges, followed by the node's id. */
    public static final String SETTLED = "freshet-rebound-";

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    /** Time for two groups. A commit takes a few milliseconds, and up to a tenth of a second on a distant broker. */
    private static final Duration TIMEOUT_PER_NODE = Duration.ofMillis(200);
    /** Default of the brokers' {@code transaction.max.timeout.ms}. */
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(15);

    /** Transactions that register nodes side by side. A node is always in the same, which fences others. */
    private static final int REGISTRATIONS = 8;

    private static final Duration POLL_INTERVAL = Duration.ofMillis(10);

    private final KafkaClients clients;
    private final CommandTopic commands;

    public CursorStore(KafkaClients clients, CommandTopic commands) {
        this.clients = clients;
        this.commands = commands;
    }

    /**
     * Opens the producer of a partition's cursors. From now on Kafka refuses what former owners try to commit.
     *
     * @param nodes number of nodes; a transaction has time for the cursors of all
     */
    public CursorProducer open(int partition, int nodes) {
        return CursorProducer.open(
                clients.transactional("freshet-cursors-" + partition, transactionTimeout(nodes)),
                commands.partition(partition));
    }

    /** The producer commits group by group. A successor does not wait for the timeout: it aborts the transaction. */
    static Duration transactionTimeout(int nodes) {
        Duration timeout = TIMEOUT.plus(TIMEOUT_PER_NODE.multipliedBy(nodes));
        return timeout.compareTo(LONGEST_TIMEOUT) < 0 ? timeout : LONGEST_TIMEOUT;
    }

    /** Returns the cursors of these nodes on a partition. Nodes without a cursor are left out. */
    public Map<String, Cursors> read(int partition, Collection<String> nodes) {
        TopicPartition wanted = commands.partition(partition);
        Set<String> groups = nodes.stream()
                .flatMap(node -> Stream.of(APPLIED + node, SETTLED + node))
                .collect(Collectors.toSet());
        Map<String, Map<TopicPartition, @Nullable OffsetAndMetadata>> committed = offsets(groups, List.of(wanted));
        Map<String, Cursors> cursors = new HashMap<>();
        for (String node : nodes) {
            OffsetAndMetadata applied =
                    committed.getOrDefault(APPLIED + node, Map.of()).get(wanted);
            OffsetAndMetadata settled =
                    committed.getOrDefault(SETTLED + node, Map.of()).get(wanted);
            if (applied != null) {
                Cursor cursor = Cursor.of(applied);
                cursors.put(node, new Cursors(cursor, settled == null ? cursor : Cursor.of(settled)));
            }
        }
        return cursors;
    }

    /** Returns those of these nodes that have a cursor on any partition. */
    public Set<String> known(Collection<String> nodes) {
        List<TopicPartition> all =
                commands.ends().keySet().stream().map(commands::partition).toList();
        Set<String> groups = nodes.stream().map(node -> APPLIED + node).collect(Collectors.toSet());
        Map<String, Map<TopicPartition, @Nullable OffsetAndMetadata>> committed = offsets(groups, all);
        return nodes.stream()
                .filter(node -> requireNonNull(committed.get(APPLIED + node)).values().stream()
                        .anyMatch(Objects::nonNull))
                .collect(Collectors.toSet());
    }

    /**
     * Commits the first cursors of nodes, unless another worker has done so: each node's on all partitions in one
     * transaction, and many nodes side by side, since Kafka takes the offsets of one group at a time.
     *
     * @param cursors by node and partition
     * @throws KafkaException if some node may not have been registered, for example because another worker is
     *     registering it
     */
    public void register(Map<String, Map<Integer, Cursor>> cursors) {
        Map<Integer, List<String>> nodes = cursors.keySet().stream()
                .collect(Collectors.groupingBy(node -> Utils.toPositive(node.hashCode()) % REGISTRATIONS));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> registrations = new ArrayList<>();
            nodes.forEach((number, ids) -> registrations.add(threads.submit(() -> register(number, ids, cursors))));
            registrations.forEach(CursorStore::await);
        }
    }

    private void register(int number, List<String> nodes, Map<String, Map<Integer, Cursor>> cursors) {
        String id = "freshet-new-nodes-" + number;
        try (Producer<String, byte[]> producer = clients.transactional(id, transactionTimeout(nodes.size()))) {
            producer.initTransactions(); // fences other registrations of these nodes
            Set<String> known = known(nodes);
            Map<String, Map<TopicPartition, OffsetAndMetadata>> groups = new HashMap<>();
            nodes.stream().filter(node -> !known.contains(node)).forEach(node -> {
                Map<TopicPartition, OffsetAndMetadata> offsets = offsets(requireNonNull(cursors.get(node)));
                groups.put(APPLIED + node, offsets);
                groups.put(SETTLED + node, offsets);
            });
            if (!groups.isEmpty()) {
                CursorProducer.commitOffsets(producer, groups);
            }
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets(Map<Integer, Cursor> cursors) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        cursors.forEach((partition, cursor) -> offsets.put(commands.partition(partition), cursor.toOffset()));
        return offsets;
    }

    private static void await(Future<?> registration) {
        try {
            registration.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }

    /** Waits for open transactions: Kafka leaves their offsets out, which must not be mistaken for no offset. */
    private Map<String, Map<TopicPartition, @Nullable OffsetAndMetadata>> offsets(
            Set<String> groups, List<TopicPartition> partitions) {
        Map<String, Map<TopicPartition, @Nullable OffsetAndMetadata>> offsets = new HashMap<>();
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        Set<String> open = new HashSet<>(groups);
        while (true) {
            offsets.putAll(offsetsNow(open, partitions));
            open.removeIf(group -> requireNonNull(offsets.get(group)).keySet().containsAll(partitions));
            if (open.isEmpty()) {
                return offsets;
            }
            if (System.nanoTime() > deadline) {
                throw new KafkaException(
                        "a transaction on the offsets of " + open + " has been open for more than " + TIMEOUT);
            }
            pause();
        }
    }

    private Map<String, Map<TopicPartition, @Nullable OffsetAndMetadata>> offsetsNow(
            Set<String> groups, List<TopicPartition> partitions) {
        Map<String, ListConsumerGroupOffsetsSpec> wanted = groups.stream()
                .collect(Collectors.toMap(
                        group -> group, _ -> new ListConsumerGroupOffsetsSpec().topicPartitions(partitions)));
        ListConsumerGroupOffsetsResult answer = commands.admin()
                .listConsumerGroupOffsets(wanted, new ListConsumerGroupOffsetsOptions().requireStable(true));
        return groups.stream().collect(Collectors.toMap(group -> group, group -> stable(answer, group, partitions)));
    }

    /** Returns null for offsets that were never committed; offsets of an open transaction are left out. */
    private static Map<TopicPartition, @Nullable OffsetAndMetadata> stable(
            ListConsumerGroupOffsetsResult answer, String group, List<TopicPartition> partitions) {
        try {
            return CommandTopic.await(answer.partitionsToOffsetAndMetadata(group));
        } catch (GroupIdNotFoundException _) {
            Map<TopicPartition, @Nullable OffsetAndMetadata> none = new HashMap<>();
            partitions.forEach(partition -> none.put(partition, null));
            return none;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_INTERVAL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }
}

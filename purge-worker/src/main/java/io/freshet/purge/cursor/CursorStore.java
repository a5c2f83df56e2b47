package io.freshet.purge.cursor;

import static java.util.Objects.requireNonNull;

import io.freshet.kafka.KafkaClients;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
import org.jspecify.annotations.Nullable;

/**
 * The cursors of all nodes, kept by Kafka as committed offsets: a node's backlog is the lag of its group, which every Kafka tool shows. All
 * methods throw {@link KafkaException}.
 */
public final class CursorStore {

    /** Of the consumer groups whose offsets say up to where a node has been sent everything. */
    public static final String APPLIED = "freshet-node-";

    /** Of the consumer groups whose offsets say up to where a node has been sent everything a second time. */
    public static final String SETTLED = "freshet-rebound-";

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    private final KafkaClients clients;
    private final CommandTopic log;

    public CursorStore(KafkaClients clients, CommandTopic log) {
        this.clients = clients;
        this.log = log;
    }

    /** Makes this process the only one that can move the cursors of a partition: what a former owner still tries to write is refused. */
    public CursorWriter open(int partition) {
        return CursorWriter.open(clients.transactional("freshet-cursors-" + partition), log.partition(partition));
    }

    /** What is written of these nodes on a partition; nodes without both cursors are left out. */
    public Map<String, Cursors> read(int partition, Collection<String> nodes) {
        TopicPartition wanted = log.partition(partition);
        Set<String> groups = nodes.stream()
                .flatMap(node -> Stream.of(APPLIED + node, SETTLED + node))
                .collect(Collectors.toSet());
        Map<String, Map<TopicPartition, @Nullable OffsetAndMetadata>> written = offsets(groups, List.of(wanted));
        Map<String, Cursors> cursors = new HashMap<>();
        for (String node : nodes) {
            OffsetAndMetadata applied =
                    written.getOrDefault(APPLIED + node, Map.of()).get(wanted);
            OffsetAndMetadata settled =
                    written.getOrDefault(SETTLED + node, Map.of()).get(wanted);
            if (applied != null) {
                Cursor cursor = Cursor.of(applied);
                cursors.put(node, new Cursors(cursor, settled == null ? cursor : Cursor.of(settled)));
            }
        }
        return cursors;
    }

    /** Whether any cursor of this node was ever written, on whatever partition. */
    public boolean knows(String node) {
        List<TopicPartition> all =
                log.ends().keySet().stream().map(log::partition).toList();
        return offsets(Set.of(APPLIED + node), all).values().stream()
                .flatMap(offsets -> offsets.values().stream())
                .anyMatch(Objects::nonNull);
    }

    /**
     * Writes a node's first cursors, on all partitions at once, unless somebody else does it at the same time: then theirs count.
     *
     * @param cursors by partition
     */
    public void register(String node, Map<Integer, Cursor> cursors) {
        try (Producer<String, byte[]> producer = clients.transactional("freshet-new-node-" + node)) {
            producer.initTransactions(); // from here on nobody else's registration can be completed
            if (knows(node)) {
                return;
            }
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            cursors.forEach((partition, cursor) -> offsets.put(log.partition(partition), cursor.toOffset()));
            CursorWriter.commit(producer, Map.of(APPLIED + node, offsets, SETTLED + node, offsets));
        }
    }

    /** Waits for what is just being written: of that Kafka says nothing, which must not be taken for nothing. */
    private Map<String, Map<TopicPartition, @Nullable OffsetAndMetadata>> offsets(
            Set<String> groups, List<TopicPartition> partitions) {
        Map<String, Map<TopicPartition, @Nullable OffsetAndMetadata>> offsets = new HashMap<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Set<String> open = new HashSet<>(groups);
        while (true) {
            offsets.putAll(offsetsNow(open, partitions));
            open.removeIf(group -> requireNonNull(offsets.get(group)).keySet().containsAll(partitions));
            if (open.isEmpty()) {
                return offsets;
            }
            if (System.nanoTime() > deadline) {
                throw new KafkaException("somebody has been writing offsets of " + open + " for " + PATIENCE);
            }
            pause();
        }
    }

    private Map<String, Map<TopicPartition, @Nullable OffsetAndMetadata>> offsetsNow(
            Set<String> groups, List<TopicPartition> partitions) {
        Map<String, ListConsumerGroupOffsetsSpec> wanted = groups.stream()
                .collect(Collectors.toMap(
                        group -> group, _ -> new ListConsumerGroupOffsetsSpec().topicPartitions(partitions)));
        ListConsumerGroupOffsetsResult answer =
                log.admin().listConsumerGroupOffsets(wanted, new ListConsumerGroupOffsetsOptions().requireStable(true));
        return groups.stream().collect(Collectors.toMap(group -> group, group -> stable(answer, group, partitions)));
    }

    /** With null for what was never written; what is just being written is left out. */
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
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }
}

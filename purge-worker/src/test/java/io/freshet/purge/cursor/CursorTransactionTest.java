package io.freshet.purge.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** Transactions with the cursors of many nodes. */
class CursorTransactionTest {

    private static final String OFFSETS = "__consumer_offsets";
    private static final int OFFSETS_PARTITIONS = 50;
    private static final int BROKERS = 3;
    private static final int NODES = 500;

    @Test
    void transaction_of_many_nodes_changes_the_coordinator_once_per_broker() {
        RecordingProducer producer = new RecordingProducer(cluster());
        try (CursorProducer cursors = CursorProducer.open(producer, new TopicPartition("commands", 0))) {
            cursors.commit(cursorsOfAllNodes());
        }
        assertThat(producer.groups).hasSize(2 * NODES).doesNotHaveDuplicates();
        List<Integer> coordinators =
                producer.groups.stream().map(CursorTransactionTest::coordinator).toList();
        assertThat(IntStream.range(1, coordinators.size())
                        .filter(i -> !coordinators.get(i).equals(coordinators.get(i - 1))))
                .hasSize(BROKERS - 1);
    }

    @Test
    void cursors_are_committed_if_the_coordinators_are_not_known() {
        RecordingProducer producer = new RecordingProducer(Cluster.empty());
        try (CursorProducer cursors = CursorProducer.open(producer, new TopicPartition("commands", 0))) {
            cursors.commit(cursorsOfAllNodes());
        }
        assertThat(producer.groups).hasSize(2 * NODES);
    }

    @Test
    void transaction_has_time_for_the_cursors_of_all_nodes() {
        assertThat(CursorStore.transactionTimeout(1)).isEqualTo(Duration.ofMillis(10_200));
        assertThat(CursorStore.transactionTimeout(500)).isEqualTo(Duration.ofSeconds(110));
        assertThat(CursorStore.transactionTimeout(100_000)).isEqualTo(Duration.ofMinutes(15));
    }

    /** As the brokers compute it. */
    private static int coordinator(String group) {
        return Math.abs(group.hashCode()) % OFFSETS_PARTITIONS % BROKERS;
    }

    private static Cluster cluster() {
        Node[] brokers = IntStream.range(0, BROKERS)
                .mapToObj(id -> new Node(id, "broker-" + id, 9092))
                .toArray(Node[]::new);
        List<PartitionInfo> partitions = IntStream.range(0, OFFSETS_PARTITIONS)
                .mapToObj(i -> new PartitionInfo(OFFSETS, i, brokers[i % BROKERS], brokers, brokers))
                .toList();
        return new Cluster("c", List.of(brokers), partitions, Set.of(), Set.of(OFFSETS));
    }

    private static Map<String, Cursors> cursorsOfAllNodes() {
        Cursor cursor = new Cursor(1, CursorState.IN_SYNC, "t", Instant.EPOCH, Instant.EPOCH, null, Cursor.NO_ACTION);
        return IntStream.range(0, NODES)
                .mapToObj(i -> "node-" + i)
                .collect(Collectors.toMap(Function.identity(), _ -> new Cursors(cursor, cursor)));
    }

    /** Keeps the groups in the order in which their offsets were sent. */
    private static final class RecordingProducer extends MockProducer<String, byte[]> {

        private final List<String> groups = new ArrayList<>();

        RecordingProducer(Cluster cluster) {
            super(cluster, true, null, new StringSerializer(), new ByteArraySerializer());
        }

        @Override
        public void sendOffsetsToTransaction(
                Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
            groups.add(group.groupId());
            super.sendOffsetsToTransaction(offsets, group);
        }
    }
}

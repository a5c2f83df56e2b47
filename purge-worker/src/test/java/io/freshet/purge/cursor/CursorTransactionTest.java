package io.freshet.purge.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;

/** Transactions with the cursors of many nodes, on three brokers. */
class CursorTransactionTest {

    private static final int NODES = 50;
    private static final int BROKERS = 3;

    @Test
    void transaction_of_many_nodes_takes_one_request_per_group_and_a_few_per_broker() {
        EmbeddedKafkaKraftBroker brokers = new EmbeddedKafkaKraftBroker(BROKERS, 1, "commands");
        brokers.brokerProperty("offsets.topic.num.partitions", "12");
        brokers.afterPropertiesSet();
        try (Producer<String, byte[]> producer = producer(brokers);
                CursorProducer cursors = CursorProducer.open(producer, new TopicPartition("commands", 0))) {
            cursors.commit(ofAllNodes(1)); // creates the topics of offsets and transactions
            cursors.commit(ofAllNodes(2));
            double before = requests(producer);
            cursors.commit(ofAllNodes(3));
            assertThat(requests(producer) - before).isBetween(2.0 * NODES, 2.0 * NODES + 4 * BROKERS + 5);
        } finally {
            brokers.destroy();
        }
    }

    @Test
    void transaction_has_time_for_the_cursors_of_all_nodes() {
        assertThat(CursorStore.transactionTimeout(1)).isEqualTo(Duration.ofMillis(10_200));
        assertThat(CursorStore.transactionTimeout(500)).isEqualTo(Duration.ofSeconds(110));
        assertThat(CursorStore.transactionTimeout(100_000)).isEqualTo(Duration.ofMinutes(15));
    }

    private static Producer<String, byte[]> producer(EmbeddedKafkaKraftBroker brokers) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers.getBrokersAsString(), "transactional.id", "t"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    private static Map<String, Cursors> ofAllNodes(long offset) {
        Cursor cursor =
                new Cursor(offset, CursorState.IN_SYNC, "t", Instant.EPOCH, Instant.EPOCH, null, Cursor.NO_ACTION);
        return IntStream.range(0, NODES)
                .mapToObj(i -> "node-" + i)
                .collect(Collectors.toMap(Function.identity(), _ -> new Cursors(cursor, cursor)));
    }

    private static double requests(Producer<?, ?> producer) {
        return producer.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("request-total")
                        && metric.metricName().group().equals("producer-metrics"))
                .mapToDouble(metric -> (double) metric.metricValue())
                .sum();
    }
}

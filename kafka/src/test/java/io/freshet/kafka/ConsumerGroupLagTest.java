package io.freshet.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.freshet.kafka.command.ConsumerGroupLag;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.test.context.EmbeddedKafka;

@SpringBootTest(
        classes = FreshetKafkaTest.Application.class,
        properties = {"spring.kafka.bootstrap-servers=${spring.embedded.kafka.brokers}", "freshet.topics.partitions=3"})
@EmbeddedKafka(
        partitions = 3,
        topics = {})
class ConsumerGroupLagTest {

    @Autowired
    KafkaAdmin admin;

    @Autowired
    KafkaClients clients;

    @Autowired
    KafkaTemplate<String, byte[]> kafka;

    @Test
    void lag_without_members_is_what_was_never_committed() throws Exception {
        String topic = "lagging";
        admin.createOrModifyTopics(new NewTopic(topic, 2, (short) 1));
        send(topic, 0, 3);
        send(topic, 1, 2);
        try (Admin client = clients.admin()) {
            ConsumerGroupLag lag = new ConsumerGroupLag(client);
            assertThat(lag.records("nobody", List.of(topic))).isEqualTo(5);
            commit(client, "nobody", new TopicPartition(topic, 0), 3);
            assertThat(lag.records("nobody", List.of(topic))).isEqualTo(2);
            client.deleteRecords(Map.of(new TopicPartition(topic, 1), RecordsToDelete.beforeOffset(1)))
                    .all()
                    .get();
            await().until(() -> lag.records("nobody", List.of(topic)) == 1);
            commit(client, "nobody", new TopicPartition(topic, 1), 2);
            assertThat(lag.records("nobody", List.of(topic))).isZero();
            assertThatThrownBy(() -> lag.records("nobody", List.of("no-topic"))).isInstanceOf(KafkaException.class);
        }
    }

    private void send(String topic, int partition, int count) {
        for (int i = 0; i < count; i++) {
            kafka.send(topic, partition, "key", new byte[1]).join();
        }
    }

    private static void commit(Admin client, String group, TopicPartition partition, long offset) throws Exception {
        client.alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(offset)))
                .all()
                .get();
    }
}

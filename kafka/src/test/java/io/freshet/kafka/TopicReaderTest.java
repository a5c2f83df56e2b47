package io.freshet.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.message.Headers;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.contracts.message.NodeAction;
import io.freshet.contracts.message.ReleaseNode;
import io.freshet.contracts.message.RewindNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
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
class TopicReaderTest {

    private static final String TOPIC = "orders-with-poison";
    private static final String UNHURRIED = "what-can-wait";

    @Autowired
    KafkaAdmin admin;

    @Autowired
    KafkaClients clients;

    @Autowired
    KafkaTemplate<String, byte[]> kafka;

    @Test
    void unreadable_records_are_skipped_and_all_others_arrive_once_in_order() {
        admin.createOrModifyTopics(new NewTopic(TOPIC, 1, (short) 1));
        Queue<NodeAction> heard = new ConcurrentLinkedQueue<>();
        TopicReader reader = new TopicReader(clients, TOPIC, TopicReader.From.BEGINNING, new TopicReader.Listener() {
            @Override
            public void received(ConsumerRecord<String, byte[]> record) {
                heard.add(ReceivedMessage.read(record, NodeAction.class));
            }
        });
        reader.start();
        try {
            byte[] noise = new byte[900_000];
            new Random(5).nextBytes(noise);
            List<byte[]> poison = List.of(
                    noise,
                    "[1,2]".getBytes(StandardCharsets.UTF_8),
                    "{\"node\":{}}".getBytes(StandardCharsets.UTF_8),
                    "null".getBytes(StandardCharsets.UTF_8));
            poison.forEach(value -> send("l1-a/maintenance", "release-node.v1", value));
            send("l1-a/maintenance", null, "{}".getBytes(StandardCharsets.UTF_8));
            send("l1-a/maintenance", "release-node.v9", "{}".getBytes(StandardCharsets.UTF_8));
            send(null, "release-node.v1", null);
            ReleaseNode first = new ReleaseNode("l1-a", "ops", Instant.EPOCH);
            send(first.key(), "release-node.v1", MessageFormat.write(first));
            poison.forEach(value -> send("l1-a/rewind", "rewind-node.v1", value));
            RewindNode second = new RewindNode("l1-a", "ops", Instant.EPOCH, Instant.EPOCH);
            send(second.key(), "rewind-node.v1", MessageFormat.write(second));
            await().atMost(Duration.ofSeconds(30)).until(() -> heard.size() >= 2);
            List<NodeAction> many = IntStream.range(0, 50)
                    .mapToObj(i -> (NodeAction) new ReleaseNode("node-" + i, "ops", Instant.EPOCH))
                    .toList();
            many.forEach(order -> send(order.key(), "release-node.v1", MessageFormat.write(order)));
            await().atMost(Duration.ofSeconds(30)).until(() -> heard.size() >= 52);
            assertThat(heard)
                    .startsWith(first, second)
                    .endsWith(many.toArray(NodeAction[]::new))
                    .hasSize(52);
        } finally {
            reader.stop();
        }
    }

    @Test
    void pause_between_polls_is_ended_by_a_wake_up() {
        admin.createOrModifyTopics(new NewTopic(UNHURRIED, 1, (short) 1));
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        TopicReader reader =
                new TopicReader(clients, UNHURRIED, TopicReader.From.BEGINNING, new TopicReader.Listener() {
                    @Override
                    public void received(ConsumerRecord<String, byte[]> record) {
                        heard.add(record.key());
                    }

                    @Override
                    public Duration pollPause() {
                        return Duration.ofHours(1);
                    }
                });
        reader.start();
        try {
            kafka.send(UNHURRIED, "first", new byte[0]).join();
            await().atMost(Duration.ofSeconds(30)).until(() -> heard.contains("first"));
            kafka.send(UNHURRIED, "second", new byte[0]).join();
            assertThat(heard).containsExactly("first");
            reader.wakeUp();
            await().atMost(Duration.ofSeconds(30)).until(() -> heard.contains("second"));
        } finally {
            reader.stop();
        }
    }

    @Test
    void partition_that_is_added_is_read_within_seconds() throws Exception {
        String topic = "growing";
        admin.createOrModifyTopics(new NewTopic(topic, 1, (short) 1));
        Queue<Integer> heard = new ConcurrentLinkedQueue<>();
        TopicReader reader = new TopicReader(clients, topic, TopicReader.From.BEGINNING, new TopicReader.Listener() {
            @Override
            public void received(ConsumerRecord<String, byte[]> record) {
                heard.add(record.partition());
            }
        });
        reader.start();
        try {
            kafka.send(topic, 0, "first", new byte[0]).join();
            await().atMost(Duration.ofSeconds(30)).until(() -> heard.contains(0));
            try (Admin client = Admin.create(admin.getConfigurationProperties())) {
                client.createPartitions(Map.of(topic, NewPartitions.increaseTo(2)))
                        .all()
                        .get();
            }
            kafka.send(topic, 1, "second", new byte[0]).join();
            await().atMost(Duration.ofSeconds(30)).until(() -> heard.contains(1));
        } finally {
            reader.stop();
        }
    }

    @Test
    void topic_that_was_created_again_is_read_from_its_beginning() throws Exception {
        String topic = "created-again";
        admin.createOrModifyTopics(new NewTopic(topic, 1, (short) 1));
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        Queue<String> opened = new ConcurrentLinkedQueue<>();
        TopicReader reader = new TopicReader(clients, topic, TopicReader.From.BEGINNING, new TopicReader.Listener() {
            @Override
            public void opened(String topicId) {
                opened.add(topicId);
                heard.clear();
            }

            @Override
            public void received(ConsumerRecord<String, byte[]> record) {
                heard.add(record.key());
            }
        });
        reader.start();
        try (Admin client = Admin.create(admin.getConfigurationProperties())) {
            send(topic, "a", "b", "c");
            await().atMost(Duration.ofSeconds(30)).until(() -> heard.size() == 3);
            client.deleteTopics(List.of(topic)).all().get();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> !client.listTopics().names().get().contains(topic));
            client.createTopics(List.of(new NewTopic(topic, 1, (short) 1)))
                    .all()
                    .get();
            send(topic, "1", "2", "3", "4");
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(opened).hasSize(2).doesNotHaveDuplicates());
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(heard).containsExactly("1", "2", "3", "4"));
        } finally {
            reader.stop();
        }
    }

    private void send(String topic, String... keys) {
        List.of(keys).forEach(key -> kafka.send(topic, key, new byte[0]).join());
    }

    private void send(@Nullable String key, @Nullable String type, byte @Nullable [] value) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(TOPIC, 0, key, value);
        if (type != null) {
            record.headers().add(Headers.TYPE, type.getBytes(StandardCharsets.UTF_8));
        }
        kafka.send(record).join();
    }
}

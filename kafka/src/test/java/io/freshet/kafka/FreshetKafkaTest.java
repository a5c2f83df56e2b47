package io.freshet.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Headers;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.TaskEvent;
import io.freshet.contracts.message.TaskFailed;
import io.freshet.contracts.message.Topics;
import io.freshet.contracts.message.UnreadableMessageException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.test.context.EmbeddedKafka;
import org.springframework.kafka.test.utils.KafkaTestUtils;

/** The module on a real broker. */
@SpringBootTest(
        properties = {"spring.kafka.bootstrap-servers=${spring.embedded.kafka.brokers}", "freshet.topics.partitions=3"})
@EmbeddedKafka(
        partitions = 3,
        topics = {})
class FreshetKafkaTest {

    @Configuration
    @EnableAutoConfiguration
    static class Application {
        @Bean
        MeterRegistry meters() {
            return new SimpleMeterRegistry();
        }
    }

    @Autowired
    KafkaAdmin admin;

    @Autowired
    KafkaClients clients;

    @Autowired
    MessagePublisher publisher;

    @Autowired
    DeadLetters deadLetters;

    @Autowired
    MeterRegistry meters;

    @Test
    void topics_are_made_with_the_settings_of_the_design() throws Exception {
        try (Admin client = Admin.create(admin.getConfigurationProperties())) {
            assertThat(client.listTopics().names().get())
                    .contains(
                            "purge-commands",
                            "push-commands",
                            "task-events",
                            "node-events",
                            "node-cursors",
                            "purge-commands-dlt",
                            "push-commands-dlt",
                            "task-events-dlt",
                            "node-events-dlt");
            Config commands = configOf(client, "purge-commands");
            assertThat(commands.get("message.timestamp.type").value()).isEqualTo("LogAppendTime");
            assertThat(commands.get("retention.ms").value())
                    .isEqualTo(Long.toString(Duration.ofDays(7).toMillis()));
            assertThat(configOf(client, "node-events").get("cleanup.policy").value())
                    .isEqualTo("compact");
            Config cursors = configOf(client, "node-cursors");
            assertThat(cursors.get("cleanup.policy").value()).isEqualTo("compact");
            assertThat(cursors.get("segment.bytes").value()).isEqualTo("16777216");
            assertThat(cursors.get("min.cleanable.dirty.ratio").value()).isEqualTo("0.1");
            assertThat(client.describeTopics(List.of("node-actions", "node-actions-dlt"))
                            .allTopicNames()
                            .get()
                            .values())
                    .hasSize(2)
                    .allSatisfy(topic -> assertThat(topic.partitions()).hasSize(1));
            assertThat(limit(client, "purge-commands-dlt")).isGreaterThan(limit(client, "purge-commands"));
        }
    }

    @Test
    void a_message_arrives_with_its_type_and_account_and_is_read_as_it_was() {
        RefreshCommand command = refresh(List.of("https://www.example.com/"));
        publisher.publish(command).join();
        ConsumerRecord<String, byte[]> record = find(Topics.PURGE_COMMANDS, command.key());
        assertThat(record.headers().lastHeader(Headers.TYPE).value()).isEqualTo("refresh.v1".getBytes());
        assertThat(ReceivedMessage.accountOf(record)).isEqualTo("acme");
        assertThat(ReceivedMessage.read(record, Message.class)).isEqualTo(command);
        assertThatThrownBy(() -> ReceivedMessage.read(record, PushCommand.class))
                .isInstanceOf(UnreadableMessageException.class)
                .hasMessageContaining("does not belong on purge-commands");
    }

    @Test
    void the_largest_command_fits_and_so_does_its_dead_letter() {
        byte[] noise = new byte[3_000];
        java.util.Random random = new java.util.Random(7);
        List<String> objects = java.util.stream.IntStream.range(0, 1_000)
                .mapToObj(i -> {
                    random.nextBytes(noise);
                    return "https://www.example.com/"
                            + java.util.HexFormat.of().formatHex(noise).substring(0, 4_000);
                })
                .toList();
        RefreshCommand command = refresh(objects);
        publisher.publish(command).join();
        ConsumerRecord<String, byte[]> record = find(Topics.PURGE_COMMANDS, command.key());
        deadLetters
                .send(record, "a-group", new IllegalStateException("too hot"))
                .join();
        ConsumerRecord<String, byte[]> letter = find("purge-commands-dlt", command.key());
        assertThat(letter.value()).isEqualTo(record.value());
        assertThat(letter.partition()).isEqualTo(record.partition());
    }

    @Test
    void record_of_an_open_transaction_is_not_read() {
        TopicPartition partition = new TopicPartition(Topics.NODE_CURSORS, 0);
        try (Producer<String, byte[]> producer = clients.transactional("open", Duration.ofSeconds(30));
                Consumer<String, byte[]> consumer = clients.ungrouped()) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(Topics.NODE_CURSORS, 0, "0/n", new byte[] {1}));
            producer.flush();
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            assertThat(consumer.endOffsets(List.of(partition))).containsEntry(partition, 0L);
            assertThat(consumer.poll(Duration.ofSeconds(1))).isEmpty();
            producer.commitTransaction();
            assertThat(KafkaTestUtils.getRecords(consumer, Duration.ofSeconds(20), 1))
                    .hasSize(1);
        }
    }

    @Test
    void large_messages_are_compressed_in_the_log_and_small_ones_are_not() throws Exception {
        String url = "https://www.example.com/a/path/that/compresses/well";
        RefreshCommand small = refresh(Collections.nCopies(40, url));
        RefreshCommand large = refresh(Collections.nCopies(1_000, url));
        assertThat(appended(small)).isGreaterThan(MessageFormat.write(small).length);
        assertThat(appended(large)).isLessThan(MessageFormat.write(large).length / 10L);
    }

    /** Bytes by which the log has grown. */
    private long appended(RefreshCommand command) throws Exception {
        try (Admin client = Admin.create(admin.getConfigurationProperties())) {
            long before = size(client, Topics.PURGE_COMMANDS);
            publisher.publish(command).join();
            return size(client, Topics.PURGE_COMMANDS) - before;
        }
    }

    private static long size(Admin client, String topic) throws Exception {
        return client.describeLogDirs(List.of(0)).allDescriptions().get().values().stream()
                .flatMap(folders -> folders.values().stream())
                .flatMap(folder -> folder.replicaInfos().entrySet().stream())
                .filter(replica -> replica.getKey().topic().equals(topic))
                .mapToLong(replica -> replica.getValue().size())
                .sum();
    }

    @Test
    void a_dead_letter_keeps_bytes_and_headers_and_says_why() {
        publisher
                .publish(new TaskFailed(new TaskId(99), "acme", "because", Instant.EPOCH))
                .join();
        ConsumerRecord<String, byte[]> record = find(Topics.TASK_EVENTS, "99");
        double before = meters.counter("freshet.dead.letters", "topic", "task-events", "group", "g")
                .count();
        deadLetters.send(record, "g", new IllegalStateException("too hot")).join();
        ConsumerRecord<String, byte[]> letter = find("task-events-dlt", "99");
        assertThat(letter.value()).isEqualTo(record.value());
        assertThat(new String(letter.headers().lastHeader(DeadLetters.REASON).value()))
                .isEqualTo("too hot");
        assertThat(new String(letter.headers().lastHeader(DeadLetters.SOURCE).value()))
                .isEqualTo("task-events-" + record.partition() + "@" + record.offset());
        assertThat(ReceivedMessage.read(letter, TaskEvent.class).taskId()).isEqualTo(new TaskId(99));
        assertThat(meters.counter("freshet.dead.letters", "topic", "task-events", "group", "g")
                        .count())
                .isEqualTo(before + 1);
    }

    private static RefreshCommand refresh(List<String> objects) {
        return new RefreshCommand(
                new TaskId(System.nanoTime()),
                "acme",
                "www.example.com",
                io.freshet.contracts.Selector.URL,
                objects,
                false,
                Instant.now());
    }

    private ConsumerRecord<String, byte[]> find(String topic, String key) {
        try (Consumer<String, byte[]> consumer = clients.ungrouped()) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(p -> new TopicPartition(topic, p.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (System.nanoTime() < deadline) {
                for (ConsumerRecord<String, byte[]> record :
                        KafkaTestUtils.getRecords(consumer, Duration.ofSeconds(10))) {
                    if (key.equals(record.key())) {
                        return record;
                    }
                }
            }
            throw new AssertionError("no record " + key + " on " + topic);
        }
    }

    private static Config configOf(Admin client, String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Map<ConfigResource, Config> configs =
                client.describeConfigs(Arrays.asList(resource)).all().get();
        return java.util.Objects.requireNonNull(configs.get(resource));
    }

    private static int limit(Admin client, String topic) throws Exception {
        return Integer.parseInt(configOf(client, topic).get("max.message.bytes").value());
    }
}

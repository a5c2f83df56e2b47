package io.freshet.task.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.NodeState;
import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.FlushNode;
import io.freshet.contracts.message.Headers;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.contracts.message.NodeChanged;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.TaskFailed;
import io.freshet.contracts.message.Topics;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.kafka.DeadLetters;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.MessagePublisher;
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
import io.freshet.task.TaskIds;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.kafka.core.KafkaTemplate;

/** Unreadable records on every topic. */
@ServiceTest
class DeadLetterHandlerTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @Autowired
    Service service;

    @Autowired
    MessagePublisher publisher;

    @Autowired
    KafkaTemplate<String, byte[]> kafka;

    @Autowired
    KafkaClients clients;

    @Autowired
    MeterRegistry meters;

    final String account = "account-" + UUID.randomUUID();

    /** One message of each topic. */
    static List<Message> messages() {
        return List.of(
                refresh("acme", TaskIds.next(), List.of("https://www.example.com/1")),
                new PushCommand(
                        TaskIds.next(),
                        "acme",
                        "www.example.com",
                        List.of("https://www.example.com/2"),
                        "l2",
                        Map.of(),
                        Instant.now()),
                new TaskFailed(TaskIds.next(), "acme", "because", Instant.now()),
                new NodeChanged("l1-a", 0, NodeState.IN_SYNC, true, Instant.now(), null, 0, null, null),
                new FlushNode("l1-a", "ops", Instant.now()));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void each_unreadable_record_becomes_one_dead_letter_and_delays_no_other(Message good) {
        String topic = Topics.of(good);
        double counted = counted(topic);
        List<String> poison = poison(good).stream()
                .map(record -> send(topic, record.key(), record.type(), record.value()))
                .toList();
        send(topic, good.key(), MessageFormat.typeOf(good), MessageFormat.write(good));
        TopicPartition partition = new TopicPartition(topic, 0);
        await().atMost(SOON).until(() -> committed(partition) == end(partition));
        assertThat(counted(topic) - counted).isEqualTo(poison.size());
        List<ConsumerRecord<String, byte[]>> letters = letters(topic, poison);
        assertThat(letters)
                .extracting(letter -> header(letter, DeadLetters.SOURCE))
                .containsExactlyInAnyOrderElementsOf(poison);
        assertThat(letters).allSatisfy(letter -> {
            assertThat(header(letter, DeadLetters.REASON)).hasSizeBetween(10, 1_000);
            assertThat(header(letter, DeadLetters.STACK)).contains("Exception");
            assertThat(header(letter, DeadLetters.GROUP)).isEqualTo("task-service");
        });
    }

    private record Poison(@Nullable String key, @Nullable String type, byte @Nullable [] value) {}

    private static List<Poison> poison(Message good) {
        String key = good.key();
        String type = MessageFormat.typeOf(good);
        byte[] noise = new byte[4_000_000];
        new Random(11).nextBytes(noise);
        Message stray = messages().stream()
                .filter(message -> !Topics.of(message).equals(Topics.of(good)))
                .findFirst()
                .orElseThrow();
        List<Poison> poison = new ArrayList<>(List.of(
                new Poison(key, type, noise),
                new Poison(key, type, java.util.Arrays.copyOf(noise, 200)),
                new Poison(key, null, MessageFormat.write(good)),
                new Poison(key, "marvel.v1", MessageFormat.write(good)),
                new Poison(key, type, json("[1,2]")),
                new Poison(key, type, json("null")),
                new Poison(key, type, json("{\"taskId\":{},\"node\":{}}")),
                new Poison(key, type, json("{\"at\":\"" + "x".repeat(4_000_000) + "\",\"acceptedAt\":{}}")),
                new Poison(key, type, json("[".repeat(100_000))),
                new Poison(key, MessageFormat.typeOf(stray), MessageFormat.write(stray))));
        if (!List.of(Topics.NODE_EVENTS, Topics.NODE_ACTIONS).contains(Topics.of(good))) {
            // A compacted topic accepts no record without a key, and there a missing value has a meaning.
            poison.add(new Poison(null, type, json("{}")));
            poison.add(new Poison(key, type, null));
        }
        return poison;
    }

    @Test
    void a_tombstone_of_a_compacted_topic_is_no_dead_letter() {
        double counted = counted(Topics.NODE_ACTIONS);
        send(Topics.NODE_ACTIONS, "l1-a/flush", null, null);
        TopicPartition partition = new TopicPartition(Topics.NODE_ACTIONS, 0);
        await().atMost(SOON).until(() -> committed(partition) == end(partition));
        assertThat(counted(Topics.NODE_ACTIONS)).isEqualTo(counted);
    }

    @Test
    void a_node_action_that_postgres_cannot_store_is_a_dead_letter() {
        String source = send(
                Topics.NODE_ACTIONS,
                "l1-a/maintenance",
                "hold-node.v1",
                json("{\"node\":\"l1-\\u0000\",\"by\":\"ops\",\"at\":\"2026-01-01T00:00:00Z\",\"reason\":\"\"}"));
        TopicPartition partition = new TopicPartition(Topics.NODE_ACTIONS, 0);
        await().atMost(SOON).until(() -> committed(partition) == end(partition));
        assertThat(letters(Topics.NODE_ACTIONS, List.of(source))).hasSize(1);
    }

    @Test
    void a_command_of_4_MB_with_100_000_objects_is_written() {
        TaskId id = TaskIds.next();
        List<String> objects = IntStream.range(0, 100_000)
                .mapToObj(i -> "https://www.example.com/" + i)
                .toList();
        publisher.publish(refresh(account, id, objects)).join();
        await().atMost(SOON).until(() -> !service.tasks(account, "").tasks().isEmpty());
        assertThat(service.task(account, id).objectCount()).isEqualTo(100_000);
        assertThat(service.task(account, id).status()).isEqualTo(TaskStatus.PENDING);
    }

    @Test
    void command_of_another_request_with_a_taken_id_is_a_dead_letter() {
        TaskId id = TaskIds.next();
        RefreshCommand first = refresh(id, UUID.randomUUID(), "https://www.example.com/first");
        RefreshCommand alike = refresh(id, UUID.randomUUID(), "https://www.example.com/alike");
        publisher.publish(first).join();
        await().atMost(SOON).until(() -> !service.tasks(account, "").tasks().isEmpty());
        String source =
                send(Topics.PURGE_COMMANDS, alike.key(), MessageFormat.typeOf(alike), MessageFormat.write(alike));
        TopicPartition partition = new TopicPartition(Topics.PURGE_COMMANDS, 0);
        await().atMost(SOON).until(() -> committed(partition) == end(partition));
        assertThat(letters(Topics.PURGE_COMMANDS, List.of(source))).hasSize(1);
        assertThat(service.task(account, id).status())
                .as("the task of the first request")
                .isEqualTo(TaskStatus.PENDING);
        assertThat(service.objects(account, id).objects())
                .singleElement()
                .satisfies(object ->
                        assertThat(object.object()).isEqualTo(first.objects().getFirst()));
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(1);
    }

    private RefreshCommand refresh(TaskId id, UUID request, String object) {
        return new RefreshCommand(
                id,
                account,
                "www.example.com",
                Selector.URL,
                List.of(object),
                false,
                Instant.now(),
                null,
                request,
                null);
    }

    private static RefreshCommand refresh(String account, TaskId id, List<String> objects) {
        return new RefreshCommand(id, account, "www.example.com", Selector.URL, objects, false, Instant.now());
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String send(String topic, @Nullable String key, @Nullable String type, byte @Nullable [] value) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, 0, key, value);
        if (type == null) {
            record.headers().add(Headers.TYPE, null);
        } else {
            record.headers().add(Headers.TYPE, json(type));
        }
        RecordMetadata sent = kafka.send(record).join().getRecordMetadata();
        return topic + "-0@" + sent.offset();
    }

    private double counted(String topic) {
        return meters.counter("freshet.dead.letters", "topic", topic, "group", ConsumerGroup.NAME)
                .count();
    }

    private long committed(TopicPartition partition) throws Exception {
        try (Admin admin = clients.admin()) {
            OffsetAndMetadata offset = admin.listConsumerGroupOffsets(ConsumerGroup.NAME)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(partition);
            return offset == null ? 0 : offset.offset();
        }
    }

    private long end(TopicPartition partition) {
        try (Consumer<String, byte[]> consumer = clients.ungrouped()) {
            return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        }
    }

    private List<ConsumerRecord<String, byte[]>> letters(String topic, Collection<String> sources) {
        TopicPartition partition = new TopicPartition(Topics.deadLettersOf(topic), 0);
        List<ConsumerRecord<String, byte[]>> letters = new ArrayList<>();
        try (Consumer<String, byte[]> consumer = clients.ungrouped()) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(letters::add);
            }
        }
        return letters.stream()
                .filter(letter -> sources.contains(header(letter, DeadLetters.SOURCE)))
                .toList();
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}

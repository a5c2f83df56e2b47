package io.freshet.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.message.Topics;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.MessagePublisher;
import io.freshet.kafka.ReceivedMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.http.MediaType;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.context.EmbeddedKafka;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * Base of tests with a real broker: one gateway for each test class, and access to the records that it publishes.
 */
@EmbeddedKafka(
        partitions = 3,
        topics = {})
abstract class GatewayOnKafka {

    static final String URL = "https://www.example.com/a";
    static final String THEN_PUSH = """
            {"type": "url", "objects": [%s],
             "thenPush": {"tier": "l1", "headers": {"accept-encoding": ["gzip", "br"]}}}""";

    static TaskServiceContract taskService;
    static Gateway gateway;
    static MessagePublisher publisher;

    @BeforeAll
    static void start(EmbeddedKafkaBroker broker) {
        taskService = new TaskServiceContract();
        gateway =
                Gateway.start(broker.getBrokersAsString(), taskService.url(), Map.of("freshet.topics.partitions", "3"));
        publisher = gateway.context.getBean(MessagePublisher.class);
    }

    @AfterEach
    void reset() {
        taskService.reset();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        taskService.close();
    }

    record Accepted(UUID requestId, List<Task> tasks) {}

    record Task(
            String taskId,
            String domain,
            Selector type,
            int objectCount,
            @Nullable Map<String, String> thenPush) {

        String push() {
            return String.valueOf(Objects.requireNonNull(thenPush).get("taskId"));
        }
    }

    static Accepted accepted(WebTestClient.ResponseSpec answer) {
        return Objects.requireNonNull(answer.expectStatus()
                .isAccepted()
                .expectBody(Accepted.class)
                .returnResult()
                .getResponseBody());
    }

    static WebTestClient.ResponseSpec push(WebTestClient client, String body) {
        return client.post()
                .uri("/v1/pushes")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    static TaskView view(long id, TaskStatus status, int progress) {
        return new TaskView(
                new TaskId(id),
                TaskKind.REFRESH,
                Selector.URL,
                "www.example.com",
                status,
                progress,
                1,
                status == TaskStatus.COMPLETE ? 1 : 0,
                0,
                List.of(),
                null,
                Instant.EPOCH,
                null,
                null,
                null);
    }

    static ObjectsProgressed progressed(String account, long id, TaskTotals totals, String... missing) {
        return new ObjectsProgressed(
                new TaskId(id),
                account,
                List.of(new ObjectState(
                        0, missing.length == 0 ? Phase.SETTLED : Phase.RUNNING, List.of(missing), 3, null, 0)),
                totals,
                Instant.now());
    }

    static Command commandOf(String taskId) {
        return Stream.of(Topics.PURGE_COMMANDS, Topics.PUSH_COMMANDS)
                .flatMap(topic -> records(topic).stream())
                .map(record -> ReceivedMessage.read(record, Command.class))
                .filter(command -> command.taskId().toString().equals(taskId))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no command of task " + taskId));
    }

    static void assertNothingPublishedOf(AdmissionRequest request) {
        assertThat(records(Topics.PURGE_COMMANDS))
                .extracting(ConsumerRecord::key)
                .doesNotContainAnyElementsOf(request.tasks().stream()
                        .map(task -> task.taskId().toString())
                        .toList());
    }

    /** Returns all records of a topic, including all acknowledged ones. */
    static List<ConsumerRecord<String, byte[]>> records(String topic) {
        try (Consumer<String, byte[]> consumer =
                gateway.context.getBean(KafkaClients.class).ungrouped()) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
            }
            return records;
        }
    }
}

package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.cluster.KafkaClient;
import io.freshet.cluster.Pages;
import io.freshet.cluster.TestCluster;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.http.GatewayClient;
import io.freshet.cluster.http.Task;
import io.freshet.cluster.process.Service;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Breaks the messages: on each topic, between sound records, some that nobody can read. */
@ClusterTest
@Order(Order.DEFAULT + 30)
class PoisonIT {

    private static final int FOUR_MEGABYTES = 4 << 20;

    private final TestCluster cluster;
    private final GatewayClient gateway;

    PoisonIT(TestCluster cluster) {
        this.cluster = cluster;
        this.gateway = cluster.gateway();
    }

    /** @param type that the record claims to have */
    private record Poison(String key, String type, byte[] value) {}

    @ParameterizedTest
    @CsvSource({
        "purge-commands, refresh.v1",
        "push-commands,  push.v1",
        "task-events,    objects-progressed.v1",
        "node-events,    node-changed.v1",
        "node-actions,    hold-node.v1"
    })
    void unreadable_record_becomes_a_dead_letter_and_nothing_stops(String topic, String type) {
        double countedBefore = counted(topic);
        List<Poison> poison = List.of(
                new Poison(topic + "-random", type, random(1_000)),
                new Poison(topic + "-unknown", "nobody-knows.v7", json("{\"taskId\":\"1\"}")),
                new Poison(topic + "-shape", type, json("{\"taskId\":[{}],\"node\":[{}],\"objects\":7}")),
                new Poison(topic + "-large", type, random(FOUR_MEGABYTES)));

        poison.forEach(record -> cluster.kafka().send(topic, record.key(), record.type(), record.value()));

        for (Poison each : poison) {
            List<ConsumerRecord<String, byte[]>> letters = Waiting.eventually(each.key() + " is put aside")
                    .until(() -> deadLetters(topic, each.key()), found -> !found.isEmpty());
            assertThat(letters).allSatisfy(letter -> {
                assertThat(Arrays.equals(letter.value(), each.value()))
                        .as("unchanged")
                        .isTrue();
                assertThat(KafkaClient.header(letter, "freshet-type")).isEqualTo(each.type());
                assertThat(KafkaClient.header(letter, "freshet-dlt-reason")).isNotBlank();
                assertThat(KafkaClient.header(letter, "freshet-dlt-stack")).contains("Exception");
                assertThat(KafkaClient.header(letter, "freshet-dlt-source")).startsWith(topic + "-");
            });
        }
        Waiting.eventually("all are counted").until(() -> counted(topic) >= countedBefore + poison.size());
        refreshesAndAPushStillWork();
        if (topic.startsWith("node-")) {
            aReportOfANodeStillWorks();
        }
    }

    @Test
    void a_refresh_of_the_largest_size_is_no_poison() {
        Pages pages = cluster.origin().pages();
        String filler = "x".repeat(900);
        List<String> urls =
                pages.urls(1_000).stream().map(url -> url + "?" + filler).toList();

        Task task = Waiting.finished(gateway, gateway.refresh("url", urls).taskId());

        assertThat(task).matches(Task::isComplete);
    }

    private void refreshesAndAPushStillWork() {
        // More than there are partitions, so that each of them is seen to go on.
        for (int i = 0; i < 15; i++) {
            Pages pages = cluster.origin().pages();
            String url = pages.url("a.html");
            String refresh = gateway.refresh("url", List.of(url)).taskId();
            assertThat(Waiting.finished(gateway, refresh)).matches(Task::isComplete);
        }
        Pages pages = cluster.origin().pages();
        assertThat(Waiting.finished(gateway, gateway.push(pages.urls(5)).taskId()))
                .matches(Task::isComplete);
    }

    private void aReportOfANodeStillWorks() {
        CacheNode node = cluster.l1().getLast();
        cluster.pause(node);
        try {
            Waiting.inSync(cluster, node, false);
        } finally {
            cluster.resume(node);
        }
        Waiting.inSync(cluster, node, true);
    }

    private List<ConsumerRecord<String, byte[]>> deadLetters(String topic, String key) {
        return cluster.kafka().read(topic + "-dlt").stream()
                .filter(letter -> key.equals(letter.key()))
                .toList();
    }

    /** By all services together. */
    private double counted(String topic) {
        return Stream.of(Service.values())
                .flatMap(service -> cluster.managements(service).stream())
                .mapToDouble(management -> management.metric("freshet_dead_letters_total", "topic=\"" + topic + '"'))
                .sum();
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

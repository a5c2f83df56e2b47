package io.freshet.kafka.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.kafka.topic.TopicComparison.TopicMismatch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.context.EmbeddedKafka;

@ExtendWith(OutputCaptureExtension.class)
@EmbeddedKafka(
        partitions = 1,
        topics = {})
class TopicCreationTest {

    @Test
    void topics_are_made_when_a_broker_comes_that_was_away_at_the_start(EmbeddedKafkaBroker broker) throws Exception {
        int port = freePort();
        try (ServerSocket entrance = new ServerSocket();
                Admin client = client(broker);
                TopicCreation creation = new TopicCreation(
                        new TopicReconciler(List.of(new NewTopic("wanted", 1, (short) 1))),
                        () -> impatient("127.0.0.1:" + port),
                        new SimpleMeterRegistry())) {
            creation.start();
            // Long enough for an attempt of the background thread to fail.
            await().during(Duration.ofSeconds(4)).atMost(Duration.ofSeconds(8)).until(creation::isRunning);
            assertThat(client.listTopics().names().get()).doesNotContain("wanted");
            entrance.bind(new InetSocketAddress("127.0.0.1", port));
            Thread.ofVirtual().start(() -> forward(entrance, broker.getBrokersAsString()));
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> assertThat(client.listTopics().names().get()).contains("wanted"));
            creation.stop();
        }
    }

    @Test
    void service_with_defaults_weakens_no_topic_and_reports_the_difference(
            EmbeddedKafkaBroker broker, CapturedOutput output) throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Map<String, String> strong = Map.of("min.insync.replicas", "2", "retention.ms", "604800000");
        Map<String, String> weak = Map.of("min.insync.replicas", "1", "retention.ms", "86400000");
        try (Admin client = client(broker);
                TopicCreation creation = new TopicCreation(
                        new TopicReconciler(List.of(topic("strong", weak))), () -> client(broker), meters)) {
            create(client, topic("strong", strong));
            creation.start();
            assertThat(settings(client, "strong")).containsAllEntriesOf(strong);
            assertThat(meters.get("freshet.topic.mismatches").gauge().value()).isEqualTo(2);
            assertThat(output)
                    .contains("Topic strong has min.insync.replicas 2, but freshet.topics.* of this service require 1");
        }
    }

    @Test
    void retention_and_durability_are_raised(EmbeddedKafkaBroker broker) throws Exception {
        try (Admin client = client(broker)) {
            create(client, topic("raised", Map.of("retention.ms", "1000", "max.message.bytes", "1000")));
            create(client, topic("unlimited", Map.of("retention.ms", "-1")));
            Map<String, String> required =
                    Map.of("retention.ms", "86400000", "max.message.bytes", "2000", "min.insync.replicas", "1");
            List<TopicMismatch> mismatches = new TopicReconciler(
                            List.of(topic("raised", required), topic("unlimited", required)))
                    .reconcile(client);
            assertThat(settings(client, "raised")).containsAllEntriesOf(required);
            assertThat(settings(client, "unlimited")).containsEntry("retention.ms", "-1");
            assertThat(mismatches)
                    .contains(new TopicMismatch("unlimited", "retention.ms", "-1", "86400000"))
                    .noneMatch(mismatch -> mismatch.topic().equals("raised"));
        }
    }

    @Test
    void topic_is_never_made_unwritable_and_gets_no_partitions(EmbeddedKafkaBroker broker) throws Exception {
        try (Admin client = client(broker)) {
            create(client, topic("single", Map.of()));
            NewTopic required = new NewTopic("single", 3, (short) 3).configs(Map.of("min.insync.replicas", "2"));
            assertThat(new TopicReconciler(List.of(required)).reconcile(client))
                    .containsExactlyInAnyOrder(
                            new TopicMismatch("single", "partitions", "1", "3"),
                            new TopicMismatch("single", "replicas", "1", "3"),
                            new TopicMismatch("single", "min.insync.replicas", "1", "2"));
            assertThat(settings(client, "single")).containsEntry("min.insync.replicas", "1");
            assertThat(client.describeTopics(List.of("single"))
                            .allTopicNames()
                            .get()
                            .values())
                    .allSatisfy(topic -> assertThat(topic.partitions()).hasSize(1));
        }
    }

    @Test
    void cleanup_policy_is_repaired_whatever_the_order_of_its_words(EmbeddedKafkaBroker broker) throws Exception {
        try (Admin client = client(broker)) {
            create(client, topic("compacted", Map.of("cleanup.policy", "delete")));
            create(client, topic("both", Map.of("cleanup.policy", "delete,compact")));
            TopicReconciler reconciler = new TopicReconciler(List.of(
                    topic("compacted", Map.of("cleanup.policy", "compact")),
                    topic("both", Map.of("cleanup.policy", "compact,delete"))));
            assertThat(reconciler.reconcile(client)).isEmpty();
            assertThat(settings(client, "compacted")).containsEntry("cleanup.policy", "compact");
            assertThat(settings(client, "both")).containsEntry("cleanup.policy", "delete,compact");
        }
    }

    private static NewTopic topic(String name, Map<String, String> settings) {
        return new NewTopic(name, 1, (short) 1).configs(settings);
    }

    private static void create(Admin client, NewTopic topic) throws Exception {
        client.createTopics(List.of(topic)).all().get();
    }

    private static Map<String, String> settings(Admin client, String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return client.describeConfigs(List.of(resource)).all().get().values().iterator().next().entries().stream()
                .filter(entry -> entry.value() != null)
                .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
    }

    private static Admin client(EmbeddedKafkaBroker broker) {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.getBrokersAsString()));
    }

    private static Admin impatient(String address) {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                address,
                AdminClientConfig.METADATA_RECOVERY_STRATEGY_CONFIG,
                "none",
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                1_000,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                900));
    }

    /** The way to the broker, which tells its real address to whoever gets through. */
    private static void forward(ServerSocket entrance, String broker) {
        String[] address = broker.split(":");
        while (!entrance.isClosed()) {
            try {
                Socket outside = entrance.accept();
                Socket inside = new Socket(address[0], Integer.parseInt(address[1]));
                Thread.ofVirtual().start(() -> pump(outside, inside));
                Thread.ofVirtual().start(() -> pump(inside, outside));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void pump(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One of them has gone, and takes the other along.
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

package io.freshet.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.context.EmbeddedKafka;

@EmbeddedKafka(
        partitions = 1,
        topics = {})
class TopicCreationTest {

    @Test
    void topics_are_made_when_a_broker_comes_that_was_away_at_the_start(EmbeddedKafkaBroker broker) throws Exception {
        int port = freePort();
        KafkaAdmin admin = new KafkaAdmin(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                "127.0.0.1:" + port,
                AdminClientConfig.METADATA_RECOVERY_STRATEGY_CONFIG,
                "none"));
        admin.setAutoCreate(false);
        admin.setOperationTimeout(1);
        admin.setCloseTimeout(1);
        try (GenericApplicationContext context = new GenericApplicationContext();
                ServerSocket entrance = new ServerSocket();
                Admin client =
                        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.getBrokersAsString()))) {
            context.registerBean(NewTopic.class, () -> new NewTopic("wanted", 1, (short) 1));
            context.registerBean(KafkaAdmin.class, () -> admin);
            context.refresh();
            TopicCreation creation = new TopicCreation(admin);
            creation.start();
            // Long enough for an attempt of the background thread to fail.
            await().during(Duration.ofSeconds(4)).atMost(Duration.ofSeconds(8)).until(creation::isRunning);
            assertThat(client.listTopics().names().get()).isEmpty();
            entrance.bind(new InetSocketAddress("127.0.0.1", port));
            Thread.ofVirtual().start(() -> forward(entrance, broker.getBrokersAsString()));
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> assertThat(client.listTopics().names().get()).contains("wanted"));
            creation.stop();
        }
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

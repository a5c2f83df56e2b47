package io.freshet.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.kafka.MessagePublisher;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaBroker;
import org.springframework.kafka.test.context.EmbeddedKafka;

/** The service during outages of its database. */
@EmbeddedKafka(
        partitions = 1,
        topics = {})
class DatabaseOutageTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path data;

    @Test
    void the_service_starts_and_runs_without_its_database_and_loses_nothing(EmbeddedKafkaBroker broker)
            throws Exception {
        int port = freePort();
        try (ConfigurableApplicationContext context = start(broker, port);
                Admin admin = Admin.create(java.util.Map.of("bootstrap.servers", broker.getBrokersAsString()))) {
            Service service = new Service(context.getEnvironment());
            MessagePublisher publisher = context.getBean(MessagePublisher.class);
            assertUnavailable(service);
            TaskId first = publish(publisher);

            EmbeddedPostgres postgres = startPostgres(port);
            awaitStatus(service, first, TaskStatus.COMPLETE);
            assertThat(service.management("/actuator/health/readiness").status())
                    .isEqualTo(200);
            Set<String> members = members(admin);
            assertThat(members).hasSize(2);

            postgres.close();
            assertUnavailable(service);
            TaskId second = publish(publisher);
            // Longer than max.poll.interval.ms here.
            await().during(Duration.ofSeconds(8))
                    .atMost(SOON)
                    .until(() -> members(admin).equals(members));

            try (EmbeddedPostgres _ = startPostgres(port)) {
                awaitStatus(service, second, TaskStatus.COMPLETE);
                assertThat(service.used("demo", QuotaKind.URL)).isEqualTo(2);
                assertThat(members(admin)).isEqualTo(members);
                context.close();
            }
        }
    }

    private static void assertUnavailable(Service service) {
        Service.Answer answer = service.get("/tasks?account=demo");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().get("type").asString()).isEqualTo("urn:freshet:problem:unavailable");
        assertThat(answer.response().headers().firstValue("Retry-After")).isPresent();
        assertThat(service.management("/actuator/health/liveness").status()).isEqualTo(200);
        assertThat(service.management("/actuator/health/readiness").status()).isEqualTo(503);
    }

    private static TaskId publish(MessagePublisher publisher) {
        TaskId id = TaskIds.next();
        publisher
                .publish(new RefreshCommand(
                        id,
                        "demo",
                        "www.example.com",
                        Selector.URL,
                        List.of("https://www.example.com/"),
                        false,
                        Instant.now()))
                .join();
        ObjectState state = new ObjectState(0, Phase.SETTLED, List.of(), 3, null, 0);
        publisher
                .publish(
                        new ObjectsProgressed(id, "demo", List.of(state), new TaskTotals(1, 1, 0, 3, 3), Instant.now()))
                .join();
        return id;
    }

    private static void awaitStatus(Service service, TaskId id, TaskStatus status) {
        await().atMost(SOON)
                .ignoreException(AssertionError.class)
                .untilAsserted(
                        () -> assertThat(service.task("demo", id).status()).isEqualTo(status));
    }

    private static Set<String> members(Admin admin) throws Exception {
        return admin.describeConsumerGroups(List.of("task-service")).all().get().values().stream()
                .flatMap(group -> group.members().stream())
                .map(MemberDescription::consumerId)
                .collect(Collectors.toSet());
    }

    private static ConfigurableApplicationContext start(EmbeddedKafkaBroker broker, int port) {
        return TaskService.builder()
                .run(
                        "--spring.kafka.bootstrap-servers=" + broker.getBrokersAsString(),
                        "--spring.datasource.url=jdbc:postgresql://localhost:" + port + "/postgres",
                        "--spring.datasource.username=postgres",
                        "--spring.datasource.password=postgres",
                        "--spring.datasource.hikari.connection-timeout=500",
                        "--spring.kafka.consumer.properties.max.poll.interval.ms=6000",
                        "--server.port=0",
                        "--management.server.port=0",
                        "--freshet.topics.partitions=1");
    }

    private EmbeddedPostgres startPostgres(int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}

package io.freshet.task.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.admission.Admission;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.kafka.MessagePublisher;
import io.freshet.task.MovableClock;
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
import io.freshet.task.TaskIds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.listener.MessageListenerContainer;

@ServiceTest
class AbandonedAdmissionSweeperTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @Autowired
    Service service;

    @Autowired
    MovableClock clock;

    @Autowired
    AbandonedAdmissionSweeper sweeper;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    MessagePublisher publisher;

    @Autowired
    MessageListenerContainer commands;

    final String account = "account-" + UUID.randomUUID();
    final TaskId id = TaskIds.next();

    @AfterEach
    void now() {
        clock.setAhead(Duration.ZERO);
    }

    @Test
    void an_admission_without_command_is_withdrawn_and_refunded_after_the_timeout() {
        service.admitted(Service.request(account, null, 10, id, 4));
        clock.setAhead(Duration.ofSeconds(100));
        sweeper.run();
        assertThat(service.task(account, id).status()).isEqualTo(TaskStatus.PENDING);
        clock.setAhead(Duration.ofSeconds(130));
        awaitWithdrawn();
        TaskView task = service.task(account, id);
        assertThat(task.description()).isEqualTo("withdrawn: its command was never published");
        assertThat(task.finishedAt()).isNotNull();
        assertThat(service.used(account, QuotaKind.URL)).isZero();
    }

    @Test
    void a_repeated_key_charges_a_withdrawn_request_again_under_the_quota() {
        Admission first = service.admitted(Service.request(account, "key", 10, id, 4));
        clock.setAhead(Duration.ofSeconds(130));
        awaitWithdrawn();
        service.admitted(Service.request(account, null, 10, TaskIds.next(), 8));
        assertThat(service.admit(Service.request(account, "key", 10, TaskIds.next(), 4))
                        .status())
                .isEqualTo(429);
        assertThat(service.task(account, id).status()).as("still withdrawn").isEqualTo(TaskStatus.FAILED);
        assertThat(service.admitted(Service.request(account, "key", 12, TaskIds.next(), 4)))
                .usingRecursiveComparison()
                .ignoringFields("left")
                .isEqualTo(first);
        assertThat(service.task(account, id).status()).isEqualTo(TaskStatus.PENDING);
        assertThat(service.task(account, id).description()).isNull();
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(12);
        sweeper.run();
        assertThat(service.task(account, id).status())
                .as("its timeout starts again")
                .isEqualTo(TaskStatus.PENDING);
    }

    @Test
    void a_command_that_is_read_later_revives_task_and_charge() {
        service.admitted(Service.request(account, null, 10, id, 1));
        clock.setAhead(Duration.ofSeconds(130));
        awaitWithdrawn();
        service.admitted(Service.request(account, null, 10, TaskIds.next(), 10));
        publish();
        await().atMost(SOON).until(() -> service.task(account, id).status() == TaskStatus.PENDING);
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(11);
        assertThat(service.objects(account, id).objects()).hasSize(1);
    }

    @Test
    void an_admission_is_not_withdrawn_while_commands_are_unread() {
        service.admitted(Service.request(account, null, 10, id, 1));
        commands.stop();
        try {
            publish();
            clock.setAhead(Duration.ofMinutes(5));
            sweeper.run();
            sweeper.run();
            assertThat(service.task(account, id).status()).isEqualTo(TaskStatus.PENDING);
            assertThat(service.used(account, QuotaKind.URL)).isEqualTo(1);
        } finally {
            commands.start();
        }
        await().atMost(SOON).until(() -> !service.objects(account, id).objects().isEmpty());
        sweeper.run();
        assertThat(service.task(account, id).status()).isEqualTo(TaskStatus.PENDING);
    }

    @Test
    void admission_whose_command_is_still_to_be_published_is_not_withdrawn() {
        service.admitted(Service.request(account, null, 10, id, 4));
        TaskId other = TaskIds.next();
        service.admitted(Service.request(account, null, 10, other, 1));
        jdbc.sql("insert into batch_command values (:id, 1, 'www.example.com', 4, 'refresh.v1', '{}', false)")
                .param("id", id.value())
                .update();
        clock.setAhead(Duration.ofSeconds(130));
        await().atMost(SOON).until(() -> service.task(account, other).status() == TaskStatus.FAILED);
        assertThat(service.task(account, id).status()).isEqualTo(TaskStatus.PENDING);
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(4);
    }

    private void awaitWithdrawn() {
        await().atMost(SOON).until(() -> service.task(account, id).status() == TaskStatus.FAILED);
    }

    private void publish() {
        publisher
                .publish(new RefreshCommand(
                        id,
                        account,
                        "www.example.com",
                        Selector.URL,
                        List.of("https://www.example.com/"),
                        false,
                        Instant.now()))
                .join();
    }
}

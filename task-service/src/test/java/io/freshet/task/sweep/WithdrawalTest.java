package io.freshet.task.sweep;

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
import io.freshet.task.Ids;
import io.freshet.task.MovableClock;
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.kafka.listener.MessageListenerContainer;

@ServiceTest
class WithdrawalTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @Autowired
    Service service;

    @Autowired
    MovableClock clock;

    @Autowired
    Withdrawal withdrawal;

    @Autowired
    MessagePublisher publisher;

    @Autowired
    MessageListenerContainer commands;

    final String account = "account-" + UUID.randomUUID();
    final TaskId id = Ids.next();

    @AfterEach
    void now() {
        clock.setAhead(Duration.ZERO);
    }

    @Test
    void an_admission_that_never_reached_the_log_is_withdrawn_and_refunded_but_not_too_early() {
        service.admitted(Service.request(account, null, 10, id, 4));
        clock.setAhead(Duration.ofSeconds(100));
        withdrawal.run();
        assertThat(service.task(account, id).status()).isEqualTo(TaskStatus.PENDING);
        clock.setAhead(Duration.ofSeconds(130));
        awaitWithdrawn();
        TaskView task = service.task(account, id);
        assertThat(task.description()).isEqualTo("withdrawn: its command never reached the log");
        assertThat(task.finishedAt()).isNotNull();
        assertThat(service.used(account, QuotaKind.URL)).isZero();
    }

    @Test
    void a_repeated_key_charges_a_withdrawn_request_again_under_the_quota() {
        Admission first = service.admitted(Service.request(account, "key", 10, id, 4));
        clock.setAhead(Duration.ofSeconds(130));
        awaitWithdrawn();
        service.admitted(Service.request(account, null, 10, Ids.next(), 8));
        assertThat(service.admit(Service.request(account, "key", 10, Ids.next(), 4))
                        .status())
                .isEqualTo(429);
        assertThat(service.task(account, id).status()).as("still withdrawn").isEqualTo(TaskStatus.FAILED);
        assertThat(service.admitted(Service.request(account, "key", 12, Ids.next(), 4)))
                .usingRecursiveComparison()
                .ignoringFields("left")
                .isEqualTo(first);
        assertThat(service.task(account, id).status()).isEqualTo(TaskStatus.PENDING);
        assertThat(service.task(account, id).description()).isNull();
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(12);
        withdrawal.run();
        assertThat(service.task(account, id).status()).as("its time began anew").isEqualTo(TaskStatus.PENDING);
    }

    @Test
    void a_command_that_is_read_later_revives_task_and_charge() {
        service.admitted(Service.request(account, null, 10, id, 1));
        clock.setAhead(Duration.ofSeconds(130));
        awaitWithdrawn();
        service.admitted(Service.request(account, null, 10, Ids.next(), 10));
        publish();
        await().atMost(SOON).until(() -> service.task(account, id).status() == TaskStatus.PENDING);
        assertThat(service.used(account, QuotaKind.URL)).isEqualTo(11);
        assertThat(service.objects(account, id).objects()).hasSize(1);
    }

    @Test
    void nothing_is_withdrawn_while_the_log_has_not_been_read() {
        service.admitted(Service.request(account, null, 10, id, 1));
        commands.stop();
        try {
            publish();
            clock.setAhead(Duration.ofMinutes(5));
            withdrawal.run();
            withdrawal.run();
            assertThat(service.task(account, id).status()).isEqualTo(TaskStatus.PENDING);
            assertThat(service.used(account, QuotaKind.URL)).isEqualTo(1);
        } finally {
            commands.start();
        }
        await().atMost(SOON).until(() -> !service.objects(account, id).objects().isEmpty());
        withdrawal.run();
        assertThat(service.task(account, id).status()).isEqualTo(TaskStatus.PENDING);
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

package io.freshet.task.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.TaskCancelled;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.task.TaskStatus;
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

@ServiceTest
class CancelledTaskRefundsTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @Autowired
    Service service;

    @Autowired
    MovableClock clock;

    @Autowired
    MessagePublisher publisher;

    @Autowired
    CancelledTaskRefunds refunds;

    final String account = "account-" + UUID.randomUUID();
    final TaskId task = TaskIds.next();

    @AfterEach
    void now() {
        clock.setAhead(Duration.ZERO);
    }

    @Test
    void unsent_objects_are_given_back_when_workers_have_had_time_to_report() {
        service.admitted(Service.request(account, null, 10, task, 3));
        publisher
                .publish(new RefreshCommand(
                        task,
                        account,
                        "www.example.com",
                        Selector.URL,
                        List.of("https://www.example.com/1", "https://www.example.com/2", "https://www.example.com/3"),
                        false,
                        Instant.now()))
                .join();
        publisher
                .publish(new TaskCancelled(task, account, Instant.now().plusSeconds(60)))
                .join();
        publisher
                .publish(new ObjectsProgressed(
                        task,
                        account,
                        List.of(new ObjectState(1, Phase.SETTLED, List.of(), 1, null, 0)),
                        new TaskTotals(3, 1, 0, 1, 3),
                        Instant.now()))
                .join();
        await().atMost(SOON).until(() -> service.task(account, task).completeCount() == 1);
        assertThat(service.task(account, task).status()).isEqualTo(TaskStatus.CANCELLED);
        refunds.run();
        assertThat(service.used(account, QuotaKind.URL)).as("too early").isEqualTo(3);

        clock.setAhead(Duration.ofSeconds(70));

        await().atMost(SOON).until(() -> service.used(account, QuotaKind.URL) == 1);
    }

    @Test
    void task_whose_command_never_comes_is_given_back_once() {
        service.admitted(Service.request(account, null, 10, task, 3));
        publisher.publish(new TaskCancelled(task, account, Instant.now())).join();
        await().atMost(SOON).until(() -> service.task(account, task).status() == TaskStatus.CANCELLED);
        clock.setAhead(Duration.ofSeconds(130));
        await().atMost(SOON).until(() -> service.used(account, QuotaKind.URL) == 0);
        refunds.run();
        assertThat(service.used(account, QuotaKind.URL)).isZero();
        assertThat(service.task(account, task).status()).isEqualTo(TaskStatus.CANCELLED);
    }
}

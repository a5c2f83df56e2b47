package io.freshet.task.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.ThenPush;
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
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.kafka.listener.MessageListenerContainer;

@ServiceTest
class FollowUpTimeoutsTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @Autowired
    Service service;

    @Autowired
    MovableClock clock;

    @Autowired
    AbandonedAdmissionSweeper sweeper;

    @Autowired
    FollowUpTimeouts timeouts;

    @Autowired
    MessagePublisher publisher;

    @Autowired
    MessageListenerContainer commands;

    final String account = "account-" + UUID.randomUUID();
    final TaskId refresh = TaskIds.next();
    final ThenPush thenPush = new ThenPush(TaskIds.next(), "l2", Map.of());

    @AfterEach
    void now() {
        clock.setAhead(Duration.ZERO);
    }

    @Test
    void a_push_is_withdrawn_with_its_refresh_and_readmitted_with_it() {
        admit("key");
        clock.setAhead(Duration.ofSeconds(130));
        await().atMost(SOON).until(() -> statusOf(refresh) == TaskStatus.FAILED && pushStatus() == TaskStatus.FAILED);

        assertThat(push().description()).isEqualTo("withdrawn: its command was never published");
        assertThat(service.used(account, QuotaKind.URL)).isZero();
        assertThat(service.used(account, QuotaKind.PUSH)).isZero();

        admit("key");
        assertThat(pushStatus()).isEqualTo(TaskStatus.PENDING);
        assertThat(service.used(account, QuotaKind.PUSH)).isEqualTo(1);
        sweeper.run();
        assertThat(pushStatus()).as("its timeout starts again").isEqualTo(TaskStatus.PENDING);
    }

    @Test
    void a_refresh_that_is_read_later_revives_its_push_and_its_charge() {
        admit(null);
        clock.setAhead(Duration.ofSeconds(130));
        await().atMost(SOON).until(() -> pushStatus() == TaskStatus.FAILED);

        publish(command());

        await().atMost(SOON).until(() -> pushStatus() == TaskStatus.PENDING);
        assertThat(service.used(account, QuotaKind.PUSH)).isEqualTo(1);
    }

    @Test
    void a_push_waits_for_its_refresh_until_the_follow_up_timeout() {
        admit(null);
        publish(command());
        awaitRecorded();
        clock.setAhead(Duration.ofDays(7).minusMinutes(5));
        sweeper.run();
        timeouts.run();
        assertThat(pushStatus()).isEqualTo(TaskStatus.PENDING);

        clock.setAhead(Duration.ofDays(7).plusMinutes(5));
        await().atMost(SOON).until(() -> pushStatus() == TaskStatus.FAILED);
        assertThat(push().description()).isEqualTo("its refresh " + refresh + " has not settled within 7 days");
        assertThat(push().finishedAt()).isNotNull();

        clock.setAhead(Duration.ZERO);
        assertThat(service.used(account, QuotaKind.PUSH)).isEqualTo(1);
        publish(thenPush.command(command()));
        await().atMost(SOON).until(() -> pushStatus() == TaskStatus.PENDING);
        assertThat(push().description()).isNull();
        assertThat(push().finishedAt()).isNull();
    }

    @Test
    void a_push_whose_command_is_published_but_unread_does_not_fail() {
        publish(command());
        await().atMost(SOON)
                .until(() -> !service.tasks(account, "&kind=push").tasks().isEmpty());
        commands.stop();
        try {
            publish(thenPush.command(command()));
            clock.setAhead(Duration.ofDays(8));
            timeouts.run();
            timeouts.run();
            assertThat(pushStatus()).isEqualTo(TaskStatus.PENDING);
        } finally {
            commands.start();
        }
        clock.setAhead(Duration.ZERO);
        await().atMost(SOON)
                .until(() ->
                        !service.objects(account, thenPush.taskId()).objects().isEmpty());
    }

    private void admit(@Nullable String key) {
        service.admitted(Service.thenPush(Service.request(account, key, 10, refresh, 1), 10, thenPush.taskId()));
    }

    private void awaitRecorded() {
        await().atMost(SOON)
                .until(() -> !service.objects(account, refresh).objects().isEmpty());
    }

    private TaskStatus statusOf(TaskId id) {
        return service.task(account, id).status();
    }

    private TaskStatus pushStatus() {
        return push().status();
    }

    private TaskView push() {
        return service.task(account, thenPush.taskId());
    }

    private RefreshCommand command() {
        return new RefreshCommand(
                refresh,
                account,
                "www.example.com",
                Selector.URL,
                List.of("https://www.example.com/"),
                false,
                Instant.now(),
                thenPush);
    }

    private void publish(Message message) {
        publisher.publish(message).join();
    }
}

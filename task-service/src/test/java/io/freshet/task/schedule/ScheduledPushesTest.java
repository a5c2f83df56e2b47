package io.freshet.task.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.TaskKind;
import io.freshet.contracts.admission.AdmissionRequest;
import io.freshet.contracts.admission.TaskToAdmit;
import io.freshet.contracts.message.Message;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.TaskCancelled;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.task.ObjectView;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.kafka.MessagePublisher;
import io.freshet.task.MovableClock;
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
import io.freshet.task.TaskIds;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@ServiceTest
class ScheduledPushesTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static final List<String> URLS = List.of("https://www.example.com/1", "https://www.example.com/2");

    @Autowired
    Service service;

    @Autowired
    MovableClock clock;

    @Autowired
    MessagePublisher publisher;

    @Autowired
    JdbcClient jdbc;

    final String account = "account-" + UUID.randomUUID();
    final TaskId task = TaskIds.next();
    final Instant start = Instant.now().plus(Duration.ofDays(6)).truncatedTo(ChronoUnit.SECONDS);

    @AfterEach
    void now() {
        clock.setAhead(Duration.ZERO);
    }

    @Test
    void task_with_a_start_time_is_not_sent_before_it() {
        admit();
        publish(command());
        await().atMost(SOON).until(() -> described() != null);

        assertThat(described()).isEqualTo("starts at " + start);
        assertThat(view().options()).extracting(options -> options.startAt()).isEqualTo(start);
        assertThat(objects()).extracting(ObjectView::object).isEqualTo(URLS);
        publish(command());
        clock.setAhead(Duration.ofHours(2));
        publish(new TaskCancelled(TaskIds.next(), account, clock.instant()));
        await().during(Duration.ofSeconds(2)).atMost(SOON).until(() -> view().status() == TaskStatus.PENDING);
        assertThat(waiting()).isEqualTo(1);

        clock.setAhead(Duration.between(Instant.now(), start).plusMinutes(1));
        await().atMost(SOON).until(this::isStarted);
        assertThat(waiting()).isZero();
        assertThat(view().options()).extracting(options -> options.startAt()).isEqualTo(start);
        publish(new ObjectsProgressed(
                task,
                account,
                List.of(
                        new ObjectState(0, Phase.SETTLED, List.of(), 1, null, 0),
                        new ObjectState(1, Phase.SETTLED, List.of(), 1, null, 0)),
                new TaskTotals(2, 2, 0, 2, 2),
                Instant.now()));
        await().atMost(SOON).until(() -> view().status() == TaskStatus.COMPLETE);
        assertThat(objects()).hasSize(2);
        clock.setAhead(Duration.ZERO);
        assertThat(service.used(account, QuotaKind.PUSH)).isEqualTo(2);
    }

    @Test
    void command_that_is_read_again_after_the_start_is_not_scheduled_again() {
        admit();
        publish(command(Instant.now().minusSeconds(1)));
        await().atMost(SOON).until(this::isStarted);

        publish(command(Instant.now().plusSeconds(3_600)));
        publish(new TaskCancelled(task, account, Instant.now()));

        await().atMost(SOON).until(() -> view().status() == TaskStatus.CANCELLED);
        assertThat(waiting()).isZero();
    }

    @Test
    void push_that_is_cancelled_before_its_start_is_never_published_and_refunded() {
        admit();
        publish(command());
        await().atMost(SOON).until(() -> waiting() == 1);

        publish(new TaskCancelled(task, account, Instant.now()));

        await().atMost(SOON).until(() -> view().status() == TaskStatus.CANCELLED);
        assertThat(waiting()).isZero();
        assertThat(described()).isNull();
        clock.setAhead(Duration.ofSeconds(20));
        await().atMost(SOON).until(() -> service.used(account, QuotaKind.PUSH) == 0);
    }

    @Test
    void cancellation_that_is_read_before_the_command_prevents_the_start() {
        admit();
        publish(new TaskCancelled(task, account, Instant.now()));
        await().atMost(SOON).until(() -> view().status() == TaskStatus.CANCELLED);

        publish(command());

        await().atMost(SOON).until(() -> view().options() != null);
        assertThat(waiting()).isZero();
        assertThat(view().status()).isEqualTo(TaskStatus.CANCELLED);
    }

    private void admit() {
        service.admitted(new AdmissionRequest(
                account,
                null,
                "",
                UUID.randomUUID(),
                TaskKind.PUSH,
                Selector.URL,
                10,
                Instant.now(),
                List.of(new TaskToAdmit(task, "www.example.com", URLS.size()))));
    }

    private PushCommand command() {
        return command(start);
    }

    private PushCommand command(Instant startAt) {
        return new PushCommand(
                task, account, "www.example.com", URLS, "l2", Map.of(), Instant.now(), null, null, startAt, null, null);
    }

    private void publish(Message message) {
        publisher.publish(message).join();
    }

    private boolean isStarted() {
        return jdbc.sql("select command_read from task where id = :id")
                .param("id", task.value())
                .query(Boolean.class)
                .single();
    }

    private int waiting() {
        return jdbc.sql("select count(*) from scheduled_push where task_id = :id")
                .param("id", task.value())
                .query(Integer.class)
                .single();
    }

    private TaskView view() {
        return service.task(account, task);
    }

    private @org.jspecify.annotations.Nullable String described() {
        return view().description();
    }

    private List<ObjectView> objects() {
        return Objects.requireNonNull(service.objects(account, task)).objects();
    }
}

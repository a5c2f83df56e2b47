package io.freshet.task.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.HoldNode;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.PushLimits;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.ReleaseNode;
import io.freshet.contracts.message.TaskEvent;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.message.Topics;
import io.freshet.contracts.task.ObjectView;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.kafka.MessagePublisher;
import io.freshet.kafka.ReceivedMessage;
import io.freshet.task.MovableClock;
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
import io.freshet.task.TaskIds;
import io.freshet.task.TopicReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.kafka.listener.MessageListenerContainer;

@ServiceTest
class TaskTimeoutsTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @Autowired
    Service service;

    @Autowired
    MovableClock clock;

    @Autowired
    TaskTimeouts timeouts;

    @Autowired
    MessagePublisher publisher;

    @Autowired
    TopicReader log;

    @Autowired
    MessageListenerContainer events;

    final String account = "account-" + UUID.randomUUID();
    final TaskId id = TaskIds.next();

    @AfterEach
    void now() {
        clock.setAhead(Duration.ZERO);
        timeouts.run(); // waits for a run that has begun with the time ahead, and would fail the next test's task
    }

    @Test
    void unfinished_objects_fail_after_the_timeout_and_name_nodes_and_reason() {
        publish(3);
        tell(
                new ObjectState(0, Phase.SETTLED, List.of(), 3, null, 0),
                new ObjectState(1, Phase.RUNNING, List.of("l1-a"), 3, "l1-a answered 401", 0));
        awaitStatus(TaskStatus.RUNNING);
        clock.setAhead(Duration.ofMinutes(9));
        timeouts.run();
        assertThat(eventsOfDeadline()).isEmpty();
        clock.setAhead(Duration.ofMinutes(10).plusSeconds(30));
        awaitStatus(TaskStatus.FAILED);
        List<ObjectView> objects = service.objects(account, id).objects();
        assertThat(objects)
                .extracting(ObjectView::status)
                .containsExactly(TaskStatus.COMPLETE, TaskStatus.FAILED, TaskStatus.FAILED);
        assertThat(objects.get(0).description()).isNull();
        assertThat(objects.get(1).description()).isEqualTo("not received within 10 minutes: l1-a (l1-a answered 401)");
        assertThat(objects.get(1).laggingNodes()).containsExactly("l1-a");
        assertThat(objects.get(2).description()).isEqualTo("no worker reported within 10 minutes");
        TaskView task = service.task(account, id);
        assertThat(task.failedCount()).isEqualTo(2);
        assertThat(task.progress()).isEqualTo(55);
        assertThat(task.laggingNodes()).containsExactly("l1-a");
    }

    @Test
    void push_with_limits_of_its_own_has_a_longer_timeout() {
        publisher
                .publish(new PushCommand(
                        id,
                        account,
                        "www.example.com",
                        List.of("https://www.example.com/a"),
                        "l2",
                        Map.of(),
                        Instant.now(),
                        null,
                        null,
                        null,
                        new PushLimits(null, 1, null),
                        null))
                .join();
        awaitStatus(TaskStatus.PENDING);
        clock.setAhead(Duration.ofHours(23));
        timeouts.run();
        assertThat(eventsOfDeadline()).isEmpty();

        clock.setAhead(Duration.ofHours(25));

        awaitStatus(TaskStatus.FAILED);
        assertThat(service.objects(account, id).objects())
                .extracting(ObjectView::description)
                .containsExactly("no worker reported within 1 day");
    }

    @Test
    void a_timeout_is_published_once_with_the_totals_after_it() {
        publish(2);
        tell(new ObjectState(0, Phase.RUNNING, List.of("l1-a"), 3, null, 0));
        awaitStatus(TaskStatus.RUNNING);
        clock.setAhead(Duration.ofMinutes(11));
        awaitStatus(TaskStatus.FAILED);
        clock.setAhead(Duration.ofMinutes(30));
        timeouts.run();
        timeouts.run();
        assertThat(eventsOfDeadline()).singleElement().satisfies(event -> {
            assertThat(event.totals()).isEqualTo(new TaskTotals(2, 0, 2, 2, 6));
            assertThat(event.account()).isEqualTo(account);
            assertThat(event.objects().get(1).nodes()).isZero();
        });
    }

    @Test
    void the_timeout_of_a_large_task_is_published_in_several_records() {
        publish(1_000);
        awaitStatus(TaskStatus.PENDING);
        clock.setAhead(Duration.ofMinutes(11));
        awaitStatus(TaskStatus.FAILED);
        assertThat(service.task(account, id).failedCount()).isEqualTo(1_000);
        assertThat(eventsOfDeadline())
                .allSatisfy(
                        event -> assertThat(event.objects()).hasSizeLessThanOrEqualTo(ObjectsProgressed.MAX_OBJECTS))
                .hasSizeGreaterThan(1);
    }

    @Test
    void progress_published_in_time_but_read_late_is_in_time() {
        publish(1);
        awaitStatus(TaskStatus.PENDING);
        events.stop();
        try {
            tell(new ObjectState(0, Phase.SETTLED, List.of(), 3, null, 0));
            clock.setAhead(Duration.ofMinutes(11));
            timeouts.run();
            timeouts.run();
            assertThat(eventsOfDeadline()).isEmpty();
        } finally {
            events.start();
        }
        awaitStatus(TaskStatus.COMPLETE);
        timeouts.run();
        assertThat(eventsOfDeadline()).isEmpty();
    }

    @Test
    void the_timeout_of_a_held_node_starts_again_with_its_release() {
        String held = "held-" + UUID.randomUUID();
        publish(1);
        tell(new ObjectState(0, Phase.RUNNING, List.of(held), 3, null, 0));
        awaitStatus(TaskStatus.RUNNING);
        publisher
                .publish(new HoldNode(held, "ops", clock.instant(), "new disk"))
                .join();
        clock.setAhead(Duration.ofMinutes(60));
        timeouts.run();
        timeouts.run();
        assertThat(eventsOfDeadline()).isEmpty();
        publisher.publish(new ReleaseNode(held, "ops", clock.instant())).join();
        clock.setAhead(Duration.ofMinutes(69));
        timeouts.run();
        timeouts.run();
        assertThat(eventsOfDeadline()).isEmpty();
        clock.setAhead(Duration.ofMinutes(71));
        awaitStatus(TaskStatus.FAILED);
        assertThat(service.objects(account, id).objects().getFirst().laggingNodes())
                .containsExactly(held);
    }

    @Test
    void only_objects_that_miss_a_node_that_is_not_held_fail() {
        String held = "held-" + UUID.randomUUID();
        publisher
                .publish(new HoldNode(held, "ops", clock.instant(), "new disk"))
                .join();
        publish(3);
        tell(
                new ObjectState(0, Phase.RUNNING, List.of(held), 3, null, 0),
                new ObjectState(1, Phase.RUNNING, List.of(held, "l1-a"), 3, null, 0),
                new ObjectState(2, Phase.SETTLED, List.of(), 3, null, 0));
        awaitStatus(TaskStatus.RUNNING);
        clock.setAhead(Duration.ofMinutes(11));
        await().atMost(SOON)
                .until(() -> service.tasks(account, "").tasks().getFirst().failedCount() == 1);
        clock.setAhead(Duration.ofMinutes(30));
        timeouts.run();
        timeouts.run();
        assertThat(eventsOfDeadline())
                .singleElement()
                .satisfies(event -> assertThat(event.totals()).isEqualTo(new TaskTotals(3, 1, 1, 6, 9)));
        assertThat(service.objects(account, id).objects())
                .extracting(ObjectView::status)
                .containsExactly(TaskStatus.RUNNING, TaskStatus.FAILED, TaskStatus.COMPLETE);
        assertThat(service.task(account, id).status()).isEqualTo(TaskStatus.RUNNING);
    }

    @Test
    void an_object_without_any_report_fails_although_nodes_are_held() {
        publisher
                .publish(new HoldNode("held-" + UUID.randomUUID(), "ops", clock.instant(), "new disk"))
                .join();
        publish(1);
        awaitStatus(TaskStatus.PENDING);
        clock.setAhead(Duration.ofMinutes(11));
        awaitStatus(TaskStatus.FAILED);
    }

    private void awaitStatus(TaskStatus status) {
        await().atMost(SOON)
                .until(() -> service.tasks(account, "").tasks().stream().anyMatch(task -> task.status() == status));
    }

    private List<ObjectsProgressed> eventsOfDeadline() {
        return log.withKey(Topics.TASK_EVENTS, id.toString()).stream()
                .map(record -> ReceivedMessage.read(record, TaskEvent.class))
                .map(ObjectsProgressed.class::cast)
                .filter(event -> event.objects().stream().anyMatch(state -> state.phase() == Phase.FAILED))
                .toList();
    }

    private void publish(int objects) {
        List<String> urls = IntStream.range(0, objects)
                .mapToObj(i -> "https://www.example.com/" + i)
                .toList();
        publisher
                .publish(new RefreshCommand(id, account, "www.example.com", Selector.URL, urls, false, Instant.now()))
                .join();
    }

    private void tell(ObjectState... states) {
        publisher
                .publish(new ObjectsProgressed(
                        id, account, List.of(states), new TaskTotals(states.length, 0, 0, 0, 0), Instant.now()))
                .join();
    }
}

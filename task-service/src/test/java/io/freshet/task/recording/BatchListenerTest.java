package io.freshet.task.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.contracts.message.Topics;
import io.freshet.contracts.task.TaskStatus;
import io.freshet.contracts.task.TaskView;
import io.freshet.kafka.MessagePublisher;
import io.freshet.task.Service;
import io.freshet.task.ServiceTest;
import io.freshet.task.TaskIds;
import io.freshet.task.TopicReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.kafka.core.KafkaTemplate;

/** Batches that come through Kafka. */
@ServiceTest
class BatchListenerTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @Autowired
    Service service;

    @Autowired
    MessagePublisher publisher;

    @Autowired
    KafkaTemplate<String, byte[]> kafka;

    @Autowired
    TopicReader log;

    final String account = "account-" + UUID.randomUUID();

    @Test
    void commands_and_events_are_written_to_the_task_store() {
        RefreshCommand refresh = refresh(TaskIds.next(), "https://www.example.com/1");
        PushCommand push = new PushCommand(
                TaskIds.next(),
                account,
                "www.example.com",
                List.of("https://www.example.com/2"),
                "l2",
                Map.of(),
                Instant.now());
        publisher.publish(refresh).join();
        publisher.publish(push).join();
        publisher.publish(settled(refresh.taskId(), account)).join();
        publisher.publish(settled(push.taskId(), account)).join();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                service.tasks(account, "&status=complete").tasks())
                        .extracting(TaskView::taskId)
                        .containsExactly(push.taskId(), refresh.taskId()));
        assertThat(service.tasks(account, "&kind=push").tasks()).hasSize(1);
    }

    @Test
    void the_offending_record_is_dead_lettered_and_all_others_are_written() {
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        TaskId unfit = TaskIds.next();
        service.admitted(Service.request(account, null, 100, unfit, 1));
        for (int i = 0; i < 20; i++) {
            if (i == 13) {
                sent.add(publisher.publish(refresh(unfit, "https://www.example.com/\u0000")));
            }
            sent.add(publisher.publish(refresh(TaskIds.next(), "https://www.example.com/" + i)));
        }
        sent.forEach(CompletableFuture::join);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(service.tasks(account, "&status=pending&limit=100")
                                .tasks())
                        .hasSize(20));
        assertThat(log.deadLetters(Topics.PURGE_COMMANDS, unfit.toString(), 1)).hasSize(1);
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(service.task(account, unfit).status()).isEqualTo(TaskStatus.FAILED));
        assertThat(service.task(account, unfit).description()).startsWith("its command could not be recorded");
    }

    @Test
    void an_unreadable_command_is_dead_lettered_and_fails_its_admitted_task() {
        TaskId id = TaskIds.next();
        service.admitted(Service.request(account, null, 100, id, 1));
        kafka.send(Topics.PURGE_COMMANDS, id.toString(), "rubbish".getBytes()).join();
        kafka.send(Topics.PURGE_COMMANDS, "no task", "rubbish".getBytes()).join();
        assertThat(log.deadLetters(Topics.PURGE_COMMANDS, id.toString(), 1)).hasSize(1);
        assertThat(log.deadLetters(Topics.PURGE_COMMANDS, "no task", 1)).hasSize(1);
        await().atMost(SOON).untilAsserted(() -> {
            TaskView task = service.task(account, id);
            assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
            assertThat(task.description()).contains("no header freshet-type");
        });
    }

    @Test
    void an_event_of_another_account_or_object_changes_nothing() {
        RefreshCommand command = refresh(TaskIds.next(), "https://www.example.com/1");
        publisher.publish(command).join();
        await().atMost(SOON).until(() -> !service.tasks(account, "").tasks().isEmpty());
        publisher.publish(settled(command.taskId(), "somebody-else")).join();
        ObjectState second = new ObjectState(1, Phase.SETTLED, List.of(), 3, null, 0);
        publisher
                .publish(new ObjectsProgressed(
                        command.taskId(), account, List.of(second), new TaskTotals(1, 1, 0, 3, 3), Instant.now()))
                .join();
        assertThat(log.deadLetters(Topics.TASK_EVENTS, command.key(), 2)).hasSize(2);
        assertThat(service.task(account, command.taskId()).status()).isEqualTo(TaskStatus.PENDING);
    }

    @Test
    void a_command_with_the_id_of_another_task_is_dead_lettered_and_changes_nothing() {
        RefreshCommand mine = refresh(TaskIds.next(), "https://www.example.com/1");
        publisher.publish(mine).join();
        await().atMost(SOON).until(() -> !service.tasks(account, "").tasks().isEmpty());
        publisher
                .publish(new RefreshCommand(
                        mine.taskId(), "thief", "www.example.com", Selector.URL, mine.objects(), false, Instant.now()))
                .join();
        assertThat(log.deadLetters(Topics.PURGE_COMMANDS, mine.key(), 1)).hasSize(1);
        assertThat(service.task(account, mine.taskId()).status()).isEqualTo(TaskStatus.PENDING);
        assertThat(service.tasks("thief", "").tasks()).isEmpty();
    }

    private RefreshCommand refresh(TaskId id, String object) {
        return new RefreshCommand(id, account, "www.example.com", Selector.URL, List.of(object), false, Instant.now());
    }

    private static ObjectsProgressed settled(TaskId id, String account) {
        ObjectState state = new ObjectState(0, Phase.SETTLED, List.of(), 3, null, 0);
        return new ObjectsProgressed(id, account, List.of(state), new TaskTotals(1, 1, 0, 3, 3), Instant.now());
    }
}

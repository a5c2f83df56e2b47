package io.freshet.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.Headers;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.contracts.message.TaskCancelled;
import io.freshet.contracts.message.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class TaskCancellationsTest {

    private static final TaskId TASK = new TaskId(7);

    private final TaskCancellations cancellations = new TaskCancellations(2);
    private final AtomicInteger runs = new AtomicInteger();

    @Test
    void action_runs_when_its_task_is_cancelled_and_once_for_a_repeated_cancellation() {
        try (TaskCancellations.Subscription _ = cancellations.subscribe(TASK, runs::incrementAndGet)) {
            receive(8);
            assertThat(cancellations.isCancelled(TASK)).isFalse();
            receive(7);
            receive(7);
            assertThat(cancellations.isCancelled(TASK)).isTrue();
            await().until(() -> runs.get() == 1);
        }
    }

    @Test
    void action_runs_at_once_if_its_task_was_cancelled_before() {
        receive(7);
        cancellations.subscribe(TASK, runs::incrementAndGet).close();
        assertThat(runs).hasValue(1);
    }

    @Test
    void closed_subscription_leaves_those_of_the_same_task() {
        AtomicInteger closed = new AtomicInteger();
        cancellations.subscribe(TASK, runs::incrementAndGet);
        cancellations.subscribe(TASK, closed::incrementAndGet).close();
        receive(7);
        await().until(() -> runs.get() == 1);
        assertThat(closed).hasValue(0);
    }

    @Test
    void oldest_cancellation_is_forgotten_first() {
        receive(7);
        receive(8);
        receive(9);
        assertThat(cancellations.isCancelled(TASK)).isFalse();
        assertThat(cancellations.isCancelled(new TaskId(8))).isTrue();
        assertThat(cancellations.isCancelled(new TaskId(9))).isTrue();
    }

    @Test
    void cancellations_are_complete_when_the_topic_has_been_read() {
        assertThat(cancellations.isComplete()).isFalse();
        cancellations.caughtUp();
        assertThat(cancellations.isComplete()).isTrue();
    }

    private void receive(long task) {
        TaskCancelled message = new TaskCancelled(new TaskId(task), "acme", Instant.EPOCH);
        ConsumerRecord<String, byte[]> record =
                new ConsumerRecord<>(Topics.TASK_CANCELLATIONS, 0, task, message.key(), MessageFormat.write(message));
        record.headers().add(Headers.TYPE, MessageFormat.typeOf(message).getBytes(StandardCharsets.UTF_8));
        cancellations.received(record);
    }
}

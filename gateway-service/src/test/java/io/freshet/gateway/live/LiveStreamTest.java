package io.freshet.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.task.TaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class LiveStreamTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

    @AfterEach
    void stop() {
        time.dispose();
    }

    private LiveStream stream(boolean endsWithTask) {
        return new LiveStream(endsWithTask, 10, HEARTBEAT, time);
    }

    @Test
    void slow_client_gets_only_the_newest_state_of_each_task() {
        LiveStream stream = stream(false);
        StepVerifier.create(stream.events(), 0)
                .then(() -> {
                    for (int progress = 0; progress < 100; progress++) {
                        stream.offer(state(1, progress));
                        stream.offer(state(2, progress));
                    }
                    time.advanceTimeBy(Duration.ofMillis(1));
                })
                .thenRequest(1)
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1)))
                .assertNext(event -> assertThat(event.data()).isEqualTo(state(1, 99)))
                .then(() -> stream.offer(state(2, 99)))
                .then(() -> stream.offer(state(1, 100)))
                .thenRequest(10)
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1)))
                .assertNext(event -> assertThat(event.data()).isEqualTo(state(2, 99)))
                .assertNext(event -> assertThat(event.data()).isEqualTo(state(1, 100)))
                .thenCancel()
                .verify();
    }

    @Test
    void buffer_of_a_slow_client_drops_the_oldest_tasks() {
        LiveStream stream = stream(false);
        StepVerifier.create(stream.events(), 0)
                .then(() -> {
                    for (int task = 1; task <= 1_000; task++) {
                        stream.offer(state(task, 0));
                    }
                })
                .thenRequest(Long.MAX_VALUE)
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1)))
                .recordWith(java.util.ArrayList::new)
                .thenConsumeWhile(
                        event -> !Objects.requireNonNull(event.data()).taskId().equals(new TaskId(1_000)))
                .consumeRecordedWith(events -> assertThat(events)
                        .extracting(event ->
                                Objects.requireNonNull(event.data()).taskId().value())
                        .containsExactly(991L, 992L, 993L, 994L, 995L, 996L, 997L, 998L, 999L, 1_000L))
                .thenCancel()
                .verify();
    }

    @Test
    void idle_stream_sends_comments() {
        LiveStream stream = stream(false);
        StepVerifier.create(stream.events())
                .then(() -> time.advanceTimeBy(Duration.ZERO))
                .assertNext(event -> assertThat(event.comment()).isNotNull())
                .then(() -> time.advanceTimeBy(HEARTBEAT))
                .assertNext(event -> assertThat(event.comment()).isNotNull())
                .thenCancel()
                .verify();
    }

    @Test
    void task_stream_ends_when_complete_but_not_when_failed() {
        LiveStream stream = stream(true);
        StepVerifier.create(stream.events().mapNotNull(ServerSentEvent::data))
                .then(() -> stream.offer(state(1, TaskStatus.FAILED)))
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1)))
                .expectNextCount(1)
                .then(() -> stream.offer(state(1, TaskStatus.COMPLETE)))
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1)))
                .assertNext(state -> assertThat(state.status()).isEqualTo(TaskStatus.COMPLETE))
                .verifyComplete();
    }

    @Test
    void closed_stream_ignores_late_states() {
        LiveStream stream = new LiveStream(false, 10, HEARTBEAT, Schedulers.parallel());
        StepVerifier.create(stream.events()).expectNextCount(1).thenCancel().verify();
        stream.close();
        stream.offer(state(1, 0));
        stream.end();
    }

    private static TaskState state(long task, int progress) {
        return state(task, TaskStatus.RUNNING, progress);
    }

    private static TaskState state(long task, TaskStatus status) {
        return state(task, status, 0);
    }

    private static TaskState state(long task, TaskStatus status, int progress) {
        TaskId id = new TaskId(task);
        return new TaskState(id, null, null, null, status, progress, 1, 0, 0, List.of(), null, id.madeAt(), null);
    }
}

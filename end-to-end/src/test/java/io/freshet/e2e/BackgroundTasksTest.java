package io.freshet.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BackgroundTasksTest {

    private static final Duration SHORT = Duration.ofMillis(1);

    static Stream<BiConsumer<BackgroundTasks, Runnable>> waysToRun() {
        return Stream.of(
                (tasks, task) -> tasks.repeat(SHORT, task),
                (tasks, task) -> tasks.atRate(SHORT, task),
                BackgroundTasks::run);
    }

    @ParameterizedTest
    @MethodSource("waysToRun")
    void task_that_throws_anything_fails_the_test_at_close(BiConsumer<BackgroundTasks, Runnable> start) {
        for (Throwable thrown : new Throwable[] {new IllegalStateException("state"), new AssertionError("assertion")}) {
            BackgroundTasks tasks = new BackgroundTasks(2);
            CountDownLatch ran = new CountDownLatch(1);
            start.accept(tasks, () -> {
                ran.countDown();
                throwUnchecked(thrown);
            });
            await().until(() -> ran.getCount() == 0);

            assertThatThrownBy(tasks::close)
                    .isInstanceOf(AssertionError.class)
                    .satisfies(error -> assertThat(error.getSuppressed()).containsExactly(thrown));
        }
    }

    @Test
    void failure_of_one_task_does_not_stop_another() {
        AtomicInteger runs = new AtomicInteger();
        BackgroundTasks tasks = new BackgroundTasks(2);
        tasks.repeat(SHORT, () -> {
            throw new IllegalStateException("first");
        });
        tasks.repeat(SHORT, runs::incrementAndGet);

        await().until(() -> runs.get() > 10);

        assertThatThrownBy(tasks::close).isInstanceOf(AssertionError.class);
    }

    @Test
    void close_without_failures_waits_for_running_tasks_and_starts_no_more() {
        AtomicInteger runs = new AtomicInteger();
        BackgroundTasks tasks = new BackgroundTasks(2);
        CountDownLatch begun = new CountDownLatch(1);
        tasks.repeat(SHORT, () -> {
            begun.countDown();
            runs.incrementAndGet();
        });
        await().until(() -> begun.getCount() == 0);

        assertThatCode(tasks::close).doesNotThrowAnyException();

        int after = runs.get();
        await().during(Duration.ofMillis(50)).until(() -> runs.get() == after);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void throwUnchecked(Throwable thrown) throws T {
        throw (T) thrown;
    }
}

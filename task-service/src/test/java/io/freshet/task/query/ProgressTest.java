package io.freshet.task.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.task.TaskStatus;
import org.junit.jupiter.api.Test;

class ProgressTest {

    @Test
    void a_task_is_at_100_when_it_is_complete_and_never_before() {
        assertThat(Progress.ofTask(TaskStatus.COMPLETE, 1, 1, 3, 3, 3)).isEqualTo(100);
        assertThat(Progress.ofTask(TaskStatus.PENDING, 1, 1, 3, 3, 3)).isEqualTo(99);
        assertThat(Progress.ofTask(TaskStatus.RUNNING, 1_000_000, 1_000_000, 2_999_999, 3_000_000, 3))
                .isEqualTo(99);
    }

    @Test
    void a_task_nobody_told_of_is_at_0() {
        assertThat(Progress.ofTask(TaskStatus.PENDING, 5, 0, 0, 0, 0)).isZero();
    }

    @Test
    void silent_objects_are_expected_to_have_as_many_nodes_as_any_other() {
        assertThat(Progress.ofTask(TaskStatus.RUNNING, 4, 2, 6, 6, 3)).isEqualTo(50);
    }

    @Test
    void an_objects_progress_is_rounded_down() {
        assertThat(Progress.ofObject(2, 3)).isEqualTo(66);
        assertThat(Progress.ofObject(3, 3)).isEqualTo(100);
        assertThat(Progress.ofObject(0, 0)).isZero();
    }
}

package io.freshet.contracts.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.message.TaskTotals;
import org.junit.jupiter.api.Test;

class TaskProgressTest {

    @Test
    void progress_is_rounded_down_and_100_only_when_the_task_is_complete() {
        assertThat(TaskProgress.percent(TaskStatus.RUNNING, 2, 3)).isEqualTo(66);
        assertThat(TaskProgress.percent(TaskStatus.RUNNING, 999, 1_000)).isEqualTo(99);
        assertThat(TaskProgress.percent(TaskStatus.RUNNING, 3, 3)).isEqualTo(99);
        assertThat(TaskProgress.percent(TaskStatus.FAILED, 3, 3)).isEqualTo(99);
        assertThat(TaskProgress.percent(TaskStatus.COMPLETE, 2, 3)).isEqualTo(100);
        assertThat(TaskProgress.percent(TaskStatus.RUNNING, 0, 0)).isZero();
    }

    @Test
    void large_counts_do_not_overflow() {
        long pairs = TaskProgress.expectedPairs(10_000_000, 0, 0, 1_000);
        assertThat(TaskProgress.percent(TaskStatus.RUNNING, pairs / 2, pairs)).isEqualTo(50);
    }

    @Test
    void objects_with_unknown_nodes_count_as_the_largest_object() {
        assertThat(TaskProgress.expectedPairs(4, 1, 3, 3)).isEqualTo(12);
        assertThat(TaskProgress.expectedPairs(4, 4, 10, 3)).isEqualTo(10);
        assertThat(TaskProgress.expectedPairs(4, 6, 18, 3))
                .as("more reported than the task has")
                .isEqualTo(18);
    }

    @Test
    void a_reported_task_is_complete_or_failed_once_every_object_is() {
        assertThat(reported(3, 0, 0)).isEqualTo(TaskStatus.RUNNING);
        assertThat(reported(3, 2, 0)).isEqualTo(TaskStatus.RUNNING);
        assertThat(reported(3, 3, 0)).isEqualTo(TaskStatus.COMPLETE);
        assertThat(reported(3, 2, 1)).isEqualTo(TaskStatus.FAILED);
        assertThat(reported(0, 0, 0)).as("the number of objects is not known").isEqualTo(TaskStatus.RUNNING);
    }

    @Test
    void a_task_is_not_complete_before_its_command_is_read() {
        TaskTotals done = new TaskTotals(2, 2, 0, 6, 6);
        assertThat(new TaskProgress(false, false, false, false, true, done).status())
                .isEqualTo(TaskStatus.RUNNING);
        assertThat(new TaskProgress(false, false, false, false, true, done).percent())
                .isEqualTo(99);
        assertThat(new TaskProgress(false, false, false, false, false, new TaskTotals(2, 0, 0, 0, 0)).status())
                .isEqualTo(TaskStatus.PENDING);
    }

    @Test
    void a_failure_of_the_whole_task_ends_it_unless_it_is_complete() {
        assertThat(new TaskProgress(false, false, true, true, true, new TaskTotals(2, 1, 0, 3, 6)).status())
                .isEqualTo(TaskStatus.FAILED);
        assertThat(new TaskProgress(false, false, true, true, true, new TaskTotals(2, 2, 0, 6, 6)).status())
                .isEqualTo(TaskStatus.COMPLETE);
        assertThat(new TaskProgress(true, false, false, false, true, new TaskTotals(2, 2, 0, 6, 6)).status())
                .isEqualTo(TaskStatus.FAILED);
    }

    @Test
    void only_a_task_with_unfinished_objects_is_cancelled() {
        assertThat(cancelled(new TaskTotals(3, 1, 1, 3, 6))).isEqualTo(TaskStatus.CANCELLED);
        assertThat(cancelled(new TaskTotals(3, 3, 0, 6, 6))).isEqualTo(TaskStatus.COMPLETE);
        assertThat(cancelled(new TaskTotals(3, 2, 1, 5, 6))).isEqualTo(TaskStatus.FAILED);
        assertThat(new TaskProgress(true, true, false, false, false, new TaskTotals(3, 0, 0, 0, 0)).status())
                .as("its command was never published")
                .isEqualTo(TaskStatus.CANCELLED);
    }

    private static TaskStatus cancelled(TaskTotals totals) {
        return new TaskProgress(false, true, true, false, true, totals).status();
    }

    private static TaskStatus reported(int objects, int complete, int failed) {
        return TaskProgress.reported(new TaskTotals(objects, complete, failed, 0, 0))
                .status();
    }
}

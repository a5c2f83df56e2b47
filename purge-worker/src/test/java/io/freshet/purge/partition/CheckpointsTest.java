package io.freshet.purge.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CheckpointsTest {

    private static final Duration DELAY = Duration.ofSeconds(60);

    /** The times of the tests overflow, as the monotonic time may. */
    private static final long START = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();

    private final Checkpoints checkpoints = new Checkpoints();

    @Test
    void offset_before_the_first_checkpoint_is_unknown() {
        checkpoints.record(START, 7, DELAY);
        assertThat(checkpoints.offsetAt(START - 1)).isZero();
    }

    @Test
    void newest_checkpoint_that_is_old_enough_counts_and_stays() {
        checkpoints.record(START, 7, DELAY);
        checkpoints.record(after(10), 9, DELAY);
        assertThat(checkpoints.offsetAt(after(9))).isEqualTo(7);
        assertThat(checkpoints.offsetAt(after(10))).isEqualTo(9);
        assertThat(checkpoints.offsetAt(after(60))).isEqualTo(9);
    }

    @Test
    void checkpoint_that_follows_too_soon_is_dropped() {
        checkpoints.record(START, 7, DELAY);
        checkpoints.record(after(2), 8, DELAY);
        assertThat(checkpoints.offsetAt(after(60))).isEqualTo(7);
        checkpoints.record(after(3), 9, DELAY);
        assertThat(checkpoints.offsetAt(after(60))).isEqualTo(9);
    }

    @Test
    void cleared_checkpoints_are_unknown() {
        checkpoints.record(START, 7, DELAY);
        checkpoints.clear();
        assertThat(checkpoints.offsetAt(START)).isZero();
    }

    private static long after(int seconds) {
        return START + Duration.ofSeconds(seconds).toNanos();
    }
}

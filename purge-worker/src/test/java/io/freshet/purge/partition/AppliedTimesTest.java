package io.freshet.purge.partition;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AppliedTimesTest {

    private final AppliedTimes times = new AppliedTimes();

    @Test
    void latest_time_of_an_offset_counts() {
        assertThat(times.of(7)).isNull();
        times.noteApplied(7);
        long first = requireNonNull(times.of(7));
        assertThat(first).isLessThanOrEqualTo(System.nanoTime());
        while (System.nanoTime() == first) {
            Thread.onSpinWait();
        }
        times.noteApplied(7);
        assertThat(times.of(7)).isGreaterThan(first);
    }

    @Test
    void oldest_times_are_forgotten() {
        times.noteApplied(0);
        times.noteApplied(1);
        times.noteApplied(0);
        for (long offset = 2; offset <= 20_000; offset++) {
            times.noteApplied(offset);
        }
        assertThat(times.of(1)).isNull();
        assertThat(times.of(0)).isNotNull();
        assertThat(times.of(20_000)).isNotNull();
    }
}

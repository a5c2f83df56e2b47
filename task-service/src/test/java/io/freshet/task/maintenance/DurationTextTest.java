package io.freshet.task.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DurationTextTest {

    @Test
    void a_duration_is_written_in_its_largest_whole_unit() {
        assertThat(DurationText.of(Duration.ofDays(7))).isEqualTo("7 days");
        assertThat(DurationText.of(Duration.ofHours(25))).isEqualTo("25 hours");
        assertThat(DurationText.of(Duration.ofMinutes(10))).isEqualTo("10 minutes");
        assertThat(DurationText.of(Duration.ofMinutes(1))).isEqualTo("1 minute");
        assertThat(DurationText.of(Duration.ofSeconds(90))).isEqualTo("90 seconds");
        assertThat(DurationText.of(Duration.ofMillis(500))).isEqualTo("0 seconds");
    }
}

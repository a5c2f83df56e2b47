package io.freshet.task.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WordsTest {

    @Test
    void a_duration_is_said_as_people_say_it() {
        assertThat(Words.of(Duration.ofDays(7))).isEqualTo("7 days");
        assertThat(Words.of(Duration.ofHours(25))).isEqualTo("25 hours");
        assertThat(Words.of(Duration.ofMinutes(10))).isEqualTo("10 minutes");
        assertThat(Words.of(Duration.ofMinutes(1))).isEqualTo("1 minute");
        assertThat(Words.of(Duration.ofSeconds(90))).isEqualTo("90 seconds");
        assertThat(Words.of(Duration.ofMillis(500))).isEqualTo("0 seconds");
    }
}

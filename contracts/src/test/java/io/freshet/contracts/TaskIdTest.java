package io.freshet.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskIdTest {

    @Test
    void floor_is_below_every_id_of_its_millisecond_and_above_every_earlier_one() {
        Instant instant = Instant.parse("2026-11-22T10:15:30.123Z");
        TaskId floor = TaskId.floor(instant);
        assertThat(floor.madeAt()).isEqualTo(instant);
        assertThat(new TaskId(floor.value() - 1).madeAt()).isEqualTo(instant.minusMillis(1));
    }

    @Test
    void is_a_string_in_json_since_javascript_rounds_large_numbers() {
        assertThat(JsonMapping.mapper().writeValueAsString(new TaskId(912345678901234567L)))
                .isEqualTo("\"912345678901234567\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "0", "1.5", "99999999999999999999"})
    void refuses_what_is_no_positive_64_bit_decimal(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TaskId.parse(text))
                .withMessageContaining("task id");
    }
}

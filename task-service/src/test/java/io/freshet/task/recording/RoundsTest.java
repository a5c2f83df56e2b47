package io.freshet.task.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class RoundsTest {

    @Test
    void no_round_holds_a_key_twice_and_what_has_the_same_key_stays_in_order() {
        assertThat(Rounds.of(List.of("a1", "b1", "a2", "c1", "a3", "b2"), item -> item.charAt(0)))
                .containsExactly(List.of("a1", "b1", "c1"), List.of("a2", "b2"), List.of("a3"));
        assertThat(Rounds.of(List.of(), Function.identity())).isEmpty();
    }
}

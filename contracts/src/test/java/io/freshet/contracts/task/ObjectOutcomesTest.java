package io.freshet.contracts.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.JsonMapping;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObjectOutcomesTest {

    @Test
    void summary_names_the_caches_that_had_the_object() {
        assertThat(outcomes(List.of("b"), List.of("a", "c"), List.of()).summary(3))
                .isEqualTo("was in 1 of 3 caches: b");
        assertThat(outcomes(List.of(), List.of("a", "b", "c"), List.of()).summary(3))
                .isEqualTo("was in none of 3 caches");
        assertThat(outcomes(List.of("a"), List.of(), List.of()).summary(1)).isEqualTo("was in 1 of 1 cache: a");
        assertThat(outcomes(List.of("a", "b", "c", "d"), List.of(), List.of()).summary(4))
                .isEqualTo("was in 4 of 4 caches");
        assertThat(outcomes(List.of(), List.of(), List.of("a", "b")).summary(2))
                .isEqualTo("was banned on 2 of 2 caches");
    }

    @Test
    void object_has_no_summary_while_it_is_unknown_of_a_node() {
        assertThat(outcomes(List.of("b"), List.of("a"), List.of()).summary(3)).isNull();
        assertThat(outcomes(List.of(), List.of(), List.of()).summary(0)).isNull();
    }

    @Test
    void empty_lists_are_not_written() {
        ObjectOutcomes outcomes = outcomes(List.of("a"), List.of(), List.of());
        String json = JsonMapping.mapper().writeValueAsString(outcomes);
        assertThat(json).isEqualTo("{\"purged\":[\"a\"]}");
        assertThat(JsonMapping.mapper().readValue(json, ObjectOutcomes.class)).isEqualTo(outcomes);
    }

    private static ObjectOutcomes outcomes(List<String> purged, List<String> absent, List<String> banned) {
        return new ObjectOutcomes(purged, absent, banned, List.of(), List.of());
    }
}

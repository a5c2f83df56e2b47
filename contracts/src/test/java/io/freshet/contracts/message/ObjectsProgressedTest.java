package io.freshet.contracts.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.contracts.TaskId;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectsProgressedTest {

    private static final TaskId TASK = new TaskId(Long.MAX_VALUE);
    private static final Instant AT = Instant.parse("2026-11-28T10:15:30.123456789Z");
    private static final TaskTotals TOTALS =
            new TaskTotals(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    @Test
    void no_states_make_no_record() {
        assertThat(split(List.of())).isEmpty();
    }

    @Test
    void records_have_at_most_500_objects_and_keep_their_order() {
        List<ObjectState> states = IntStream.range(0, 1_001)
                .mapToObj(i -> new ObjectState(i, Phase.SETTLED, List.of(), 3, null, 0))
                .toList();
        List<ObjectsProgressed> records = split(states);
        assertThat(records).extracting(record -> record.objects().size()).containsExactly(500, 500, 1);
        assertThat(records.stream().flatMap(record -> record.objects().stream()))
                .containsExactlyElementsOf(states);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "é", "€", "\"", "\\", "\u0001", "\uD83D\uDE00"})
    void serialized_records_are_no_larger_than_the_limit(String character) {
        String description = character.repeat(2_000);
        List<String> nodes =
                IntStream.range(0, 60).mapToObj(i -> character.repeat(20) + i).toList();
        List<ObjectState> states = IntStream.range(0, 1_000)
                .mapToObj(i -> new ObjectState(
                        Integer.MAX_VALUE - i, Phase.RUNNING, nodes, Integer.MAX_VALUE, description, Long.MAX_VALUE))
                .toList();
        List<ObjectsProgressed> records = split(states);
        assertThat(records)
                .allSatisfy(record ->
                        assertThat(MessageFormat.write(record)).hasSizeLessThanOrEqualTo(ObjectsProgressed.MAX_BYTES));
        assertThat(records.stream().mapToInt(record -> record.objects().size()).sum())
                .isEqualTo(1_000);
    }

    @Test
    void state_larger_than_a_record_has_a_record_of_its_own() {
        ObjectState small = new ObjectState(0, Phase.RUNNING, List.of("a"), 1, null, 0);
        ObjectState large = new ObjectState(1, Phase.RUNNING, List.of("a"), 1, "x".repeat(1_500_000), 0);
        assertThat(split(List.of(small, large, small)))
                .extracting(record -> record.objects().size())
                .containsExactly(1, 1, 1);
    }

    @Test
    void state_larger_than_the_topic_takes_is_refused_with_the_object() {
        ObjectState state = new ObjectState(7, Phase.RUNNING, List.of("a"), 1, "x".repeat(5_000_000), 0);
        assertThatThrownBy(() -> split(List.of(state)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("object 7")
                .hasMessageContaining("task-events");
    }

    private static List<ObjectsProgressed> split(List<ObjectState> states) {
        return ObjectsProgressed.split(TASK, "account", states, TOTALS, AT);
    }
}

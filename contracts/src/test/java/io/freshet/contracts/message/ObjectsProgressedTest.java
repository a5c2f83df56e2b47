package io.freshet.contracts.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.contracts.TaskId;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
        BitSet all = new BitSet();
        all.set(0, states.size());
        Map<String, BitSet> everyNode = nodes.stream().collect(Collectors.toMap(node -> node, _ -> all));
        NodeAnswers answers = new NodeAnswers(everyNode, everyNode, everyNode, everyNode, everyNode, everyNode);
        List<ObjectsProgressed> records = ObjectsProgressed.split(TASK, "account", states, answers, TOTALS, AT);
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

    @Test
    void answers_stay_with_their_objects() {
        BitSet odd = new BitSet();
        IntStream.range(0, 1_001).filter(i -> i % 2 == 1).forEach(odd::set);
        NodeAnswers answers = NodeAnswers.of(Map.of(NodeAnswer.PURGED, Map.of("l2-a", odd)));
        List<ObjectsProgressed> records =
                ObjectsProgressed.split(TASK, "account", complete(1_001, 1), answers, TOTALS, AT);
        List<Integer> purged =
                records.stream().flatMap(record -> purged(record, "l2-a")).toList();
        assertThat(purged).containsExactlyElementsOf(odd.stream().boxed().toList());
        assertThat(records.getLast().answers()).as("object 1,000").isNull();
    }

    private static Stream<Integer> purged(ObjectsProgressed record, String node) {
        BitSet positions = record.answers() == null
                ? new BitSet()
                : record.answers().purged().getOrDefault(node, new BitSet());
        return positions.stream()
                .mapToObj(position -> record.objects().get(position).index());
    }

    @Test
    void answers_of_50_nodes_for_1000_objects_add_less_than_a_fifth() {
        BitSet all = new BitSet();
        all.set(0, 1_000);
        Map<String, BitSet> purged = IntStream.range(0, 25).boxed().collect(Collectors.toMap(i -> "l1-" + i, _ -> all));
        Map<String, BitSet> absent =
                IntStream.range(25, 50).boxed().collect(Collectors.toMap(i -> "l1-" + i, _ -> all));
        List<ObjectState> states = complete(1_000, 50);
        NodeAnswers answers = NodeAnswers.of(Map.of(NodeAnswer.PURGED, purged, NodeAnswer.ABSENT, absent));
        int without = bytes(split(states));
        int with = bytes(ObjectsProgressed.split(TASK, "account", states, answers, TOTALS, AT));
        assertThat(with - without).isLessThan(without / 5);
    }

    @Test
    void answers_about_more_objects_than_the_event_has_are_refused() {
        BitSet second = new BitSet();
        second.set(1);
        NodeAnswers answers = NodeAnswers.of(Map.of(NodeAnswer.PURGED, Map.of("l2-a", second)));
        assertThatThrownBy(() -> new ObjectsProgressed(TASK, "account", complete(1, 1), TOTALS, AT, answers))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 objects in an event of 1");
    }

    private static int bytes(List<ObjectsProgressed> records) {
        return records.stream()
                .mapToInt(record -> MessageFormat.write(record).length)
                .sum();
    }

    private static List<ObjectState> complete(int objects, int nodes) {
        return IntStream.range(0, objects)
                .mapToObj(i -> new ObjectState(i, Phase.SETTLED, List.of(), nodes, null, 0))
                .toList();
    }

    private static List<ObjectsProgressed> split(List<ObjectState> states) {
        return ObjectsProgressed.split(TASK, "account", states, TOTALS, AT);
    }
}

package io.freshet.purge.dispatch;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.NodeAnswer;
import io.freshet.contracts.message.NodeAnswers;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.purge.driver.PurgeOutcome;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RefreshProgressTest {

    private static final List<String> NODES = List.of("l2", "l1");

    private final RefreshProgress refresh = refresh(false);

    @Test
    void changes_are_reported_once() {
        delivered(0, "l2", "l1");
        refresh.delivered("l2", 1);
        assertThat(reported(refresh.takeChanges())).containsExactly(complete(0, Phase.SETTLED), missing(1, "l1"));
        refresh.delivered("l1", 1);
        assertThat(reported(refresh.takeChanges())).containsExactly(complete(1, Phase.SETTLED));
        assertThat(refresh.takeChanges()).isNull();
    }

    @Test
    void all_unreported_objects_include_those_without_changes() {
        delivered(0, "l2", "l1");
        refresh.takeChanges();
        delivered(1, "l2", "l1");
        assertThat(reported(refresh.takeAllUnreported()))
                .containsExactly(complete(1, Phase.SETTLED), missing(2, "l2", "l1"));
        assertThat(refresh.takeAllUnreported()).isNull();
    }

    @Test
    void refresh_without_answers_is_reported_once_to_have_begun() {
        assertThat(reported(refresh.takeChanges())).containsExactly(missing(0, "l2", "l1"));
        assertThat(refresh.takeChanges()).isNull();
    }

    @Test
    void settling_changes_every_object() {
        RefreshProgress rebound = refresh(true);
        NODES.forEach(rebound::delivered);
        assertThat(reported(rebound.takeAllUnreported()))
                .extracting(ObjectState::phase)
                .containsOnly(Phase.APPLIED);
        rebound.settle();
        assertThat(reported(rebound.takeAllUnreported()))
                .extracting(ObjectState::phase)
                .containsExactly(Phase.SETTLED, Phase.SETTLED, Phase.SETTLED);
    }

    @Test
    void totals_count_all_objects_also_unreported_ones() {
        delivered(0, "l2", "l1");
        refresh.takeChanges();
        refresh.missing("l1", 1, "answered 403 Forbidden", true);
        RefreshProgress.ProgressReport report = requireNonNull(refresh.takeChanges());
        assertThat(report.objects())
                .containsExactly(new ObjectState(1, Phase.FAILED, NODES, 2, "l1 answered 403 Forbidden", 0));
        assertThat(report.totals()).isEqualTo(new TaskTotals(3, 1, 1, 2, 6));
    }

    @Test
    void first_answer_of_a_node_is_reported_with_its_object() {
        refresh.delivered("l2", 1, PurgeOutcome.Gone.PURGED);
        refresh.delivered("l1", 1, PurgeOutcome.Gone.ABSENT);
        refresh.delivered("l2", 2, PurgeOutcome.Gone.BANNED);
        refresh.missing("l1", 2, "answered 403 Forbidden", true);
        NodeAnswers answers = requireNonNull(refresh.takeChanges()).answers();
        assertThat(answers)
                .as("positions in the report, which holds the objects 1 and 2")
                .isEqualTo(new NodeAnswers(
                        Map.of("l2", bits(0)),
                        Map.of("l1", bits(0)),
                        Map.of("l2", bits(1)),
                        Map.of("l1", bits(1)),
                        Map.of(),
                        Map.of()));
    }

    @Test
    void repeated_purge_does_not_change_what_a_node_had() {
        RefreshProgress rebound = refresh(true);
        rebound.delivered("l2", 0, PurgeOutcome.Gone.PURGED);
        rebound.delivered("l2", 0, PurgeOutcome.Gone.ABSENT);
        assertThat(requireNonNull(rebound.takeChanges()).answers()).isEqualTo(purged("l2"));
        RefreshProgress second = progress(Set.of(), true);
        second.delivered("l2", 0, PurgeOutcome.Gone.ABSENT);
        second.settle();
        assertThat(requireNonNull(second.takeAllUnreported()).answers()).isEqualTo(NodeAnswers.NONE);
    }

    @Test
    void dispatch_that_may_be_a_repetition_does_not_call_an_object_absent() {
        refresh.noteRepeated();
        refresh.delivered("l2", 0, PurgeOutcome.Gone.ABSENT);
        refresh.delivered("l1", 0, PurgeOutcome.Gone.PURGED);
        assertThat(requireNonNull(refresh.takeChanges()).answers()).isEqualTo(purged("l1"));
    }

    @Test
    void refusal_ends_with_another_answer() {
        refresh.missing("l1", 0, "answered 403 Forbidden", true);
        refresh.delivered("l1", 0, PurgeOutcome.Gone.ABSENT);
        assertThat(requireNonNull(refresh.takeChanges()).answers())
                .isEqualTo(NodeAnswers.of(Map.of(NodeAnswer.ABSENT, Map.of("l1", bits(0)))));
    }

    @Test
    void objects_of_a_retry_are_numbered_as_in_the_task() {
        RefreshCommand command = new RefreshCommand(
                new TaskId(1), "acme", "a.test", Selector.URL, List.of("http://a.test/7"), false, Instant.EPOCH);
        RefreshProgress retry = new RefreshProgress(command, 10, List.of(7), NODES, Set.copyOf(NODES), false);
        retry.delivered("l1", 0, PurgeOutcome.Gone.PURGED);
        assertThat(retry.purgedBy("l1")).isEqualTo(bits(7));
        RefreshProgress report = new RefreshProgress(command, 10, List.of(7), NODES, Set.of(), false);
        report.notePurged("l1", bits(7));
        assertThat(requireNonNull(report.takeAllUnreported()).answers().purged())
                .isEqualTo(Map.of("l1", bits(0)));
    }

    @Test
    void object_that_the_second_purge_leaves_is_failed_and_marked() {
        RefreshProgress second = progress(Set.of(), true);
        second.stillServed("l1", 2, "still serves it", true);
        second.settle();
        RefreshProgress.ProgressReport report = requireNonNull(second.takeAllUnreported());
        assertThat(report.objects())
                .extracting(ObjectState::phase)
                .containsExactly(Phase.SETTLED, Phase.SETTLED, Phase.FAILED);
        assertThat(report.answers().stillServed()).isEqualTo(Map.of("l1", bits(2)));
        refresh.stillServed("l1", 0, "still serves it", false);
        assertThat(requireNonNull(refresh.takeChanges()).answers().stillServed())
                .as("after the first purge it was never complete")
                .isEmpty();
    }

    private static NodeAnswers purged(String node) {
        return NodeAnswers.of(Map.of(NodeAnswer.PURGED, Map.of(node, bits(0))));
    }

    private static BitSet bits(int... positions) {
        BitSet bits = new BitSet();
        IntStream.of(positions).forEach(bits::set);
        return bits;
    }

    private void delivered(int object, String... nodes) {
        for (String node : nodes) {
            refresh.delivered(node, object);
        }
    }

    private static List<ObjectState> reported(RefreshProgress.@Nullable ProgressReport report) {
        return requireNonNull(report).objects();
    }

    private static ObjectState complete(int index, Phase phase) {
        return new ObjectState(index, phase, List.of(), 2, null, 0);
    }

    private static ObjectState missing(int index, String... nodes) {
        Phase phase = nodes.length == NODES.size() ? Phase.PENDING : Phase.RUNNING;
        return new ObjectState(index, phase, List.of(nodes), 2, null, 0);
    }

    private static RefreshProgress refresh(boolean needsRebound) {
        return progress(Set.copyOf(NODES), needsRebound);
    }

    private static RefreshProgress progress(Set<String> missing, boolean needsRebound) {
        List<String> urls = List.of("http://a.test/0", "http://a.test/1", "http://a.test/2");
        RefreshCommand command =
                new RefreshCommand(new TaskId(1), "acme", "a.test", Selector.URL, urls, false, Instant.EPOCH);
        return new RefreshProgress(command, NODES, missing, needsRebound);
    }
}

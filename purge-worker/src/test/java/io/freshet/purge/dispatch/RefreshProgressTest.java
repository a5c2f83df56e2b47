package io.freshet.purge.dispatch;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.TaskTotals;
import java.time.Instant;
import java.util.List;
import java.util.Set;
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
        return new ObjectState(index, Phase.RUNNING, List.of(nodes), 2, null, 0);
    }

    private static RefreshProgress refresh(boolean needsRebound) {
        List<String> urls = List.of("http://a.test/0", "http://a.test/1", "http://a.test/2");
        RefreshCommand command =
                new RefreshCommand(new TaskId(1), "acme", "a.test", Selector.URL, urls, false, Instant.EPOCH);
        return new RefreshProgress(command, NODES, Set.copyOf(NODES), needsRebound);
    }
}

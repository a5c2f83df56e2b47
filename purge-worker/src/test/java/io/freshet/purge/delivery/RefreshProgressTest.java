package io.freshet.purge.delivery;

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
    void news_are_what_has_changed_since_it_was_told() {
        delivered(0, "l2", "l1");
        refresh.delivered("l2", 1);
        assertThat(told(refresh.news())).containsExactly(complete(0, Phase.SETTLED), missing(1, "l1"));
        refresh.delivered("l1", 1);
        assertThat(told(refresh.news())).containsExactly(complete(1, Phase.SETTLED));
        assertThat(refresh.news()).isNull();
    }

    @Test
    void the_rest_is_what_has_changed_and_what_was_never_told() {
        delivered(0, "l2", "l1");
        refresh.news();
        delivered(1, "l2", "l1");
        assertThat(told(refresh.rest())).containsExactly(complete(1, Phase.SETTLED), missing(2, "l2", "l1"));
        assertThat(refresh.rest()).isNull();
    }

    @Test
    void a_refresh_of_which_nothing_has_been_answered_is_told_to_have_begun_once() {
        assertThat(told(refresh.news())).containsExactly(missing(0, "l2", "l1"));
        assertThat(refresh.news()).isNull();
    }

    @Test
    void settling_changes_every_object() {
        RefreshProgress rebound = refresh(true);
        NODES.forEach(rebound::delivered);
        assertThat(told(rebound.rest())).extracting(ObjectState::phase).containsOnly(Phase.APPLIED);
        rebound.settle();
        assertThat(told(rebound.rest()))
                .extracting(ObjectState::phase)
                .containsExactly(Phase.SETTLED, Phase.SETTLED, Phase.SETTLED);
    }

    @Test
    void totals_count_all_objects_whichever_are_told() {
        delivered(0, "l2", "l1");
        refresh.news();
        refresh.owed("l1", 1, "answered 403 Forbidden", true);
        RefreshProgress.Report report = requireNonNull(refresh.news());
        assertThat(report.objects())
                .containsExactly(new ObjectState(1, Phase.FAILED, NODES, 2, "l1 answered 403 Forbidden", 0));
        assertThat(report.totals()).isEqualTo(new TaskTotals(3, 1, 1, 2, 6));
    }

    private void delivered(int object, String... nodes) {
        for (String node : nodes) {
            refresh.delivered(node, object);
        }
    }

    private static List<ObjectState> told(RefreshProgress.@Nullable Report report) {
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

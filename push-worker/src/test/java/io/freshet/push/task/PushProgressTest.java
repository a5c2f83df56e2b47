package io.freshet.push.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.TaskId;
import io.freshet.contracts.message.MessageFormat;
import io.freshet.contracts.message.ObjectState;
import io.freshet.contracts.message.ObjectsProgressed;
import io.freshet.contracts.message.Phase;
import io.freshet.contracts.message.PushCommand;
import io.freshet.contracts.message.TaskTotals;
import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PushProgressTest {

    @Test
    void an_object_runs_until_every_node_has_it_and_then_is_settled() {
        PushProgress progress = progress(1, 2);
        assertThat(only(progress)).isEqualTo(new ObjectState(0, Phase.PENDING, List.of("l2-0", "l2-1"), 2, null, 0));
        progress.delivered(0, "l2-1", 10, null);
        assertThat(only(progress)).isEqualTo(new ObjectState(0, Phase.RUNNING, List.of("l2-0"), 2, null, 10));
        progress.delivered(0, "l2-0", 5, null);
        assertThat(only(progress)).isEqualTo(new ObjectState(0, Phase.SETTLED, List.of(), 2, null, 15));
    }

    @Test
    void an_object_has_failed_only_when_no_node_is_left_that_may_still_get_it() {
        PushProgress progress = progress(1, 2);
        progress.failed(0, "l2-0", "origin answered 404");
        assertThat(only(progress))
                .isEqualTo(
                        new ObjectState(0, Phase.RUNNING, List.of("l2-0", "l2-1"), 2, "l2-0: origin answered 404", 0));
        progress.delivered(0, "l2-1", 5, null);
        assertThat(only(progress))
                .isEqualTo(new ObjectState(0, Phase.FAILED, List.of("l2-0"), 2, "l2-0: origin answered 404", 5));
    }

    @Test
    void trouble_that_has_passed_is_not_told_any_more() {
        PushProgress progress = progress(1, 1);
        progress.retrying(0, "l2-0", "answered 503");
        assertThat(only(progress).description()).isEqualTo("l2-0: answered 503");
        progress.delivered(0, "l2-0", 5, null);
        assertThat(only(progress).description()).isNull();
    }

    @Test
    void response_kept_instead_of_the_object_is_described() {
        PushProgress progress = progress(1, 2);
        progress.delivered(0, "l2-0", 5, "kept a redirect (301)");
        progress.retrying(0, "l2-1", "answered 503");
        assertThat(only(progress).description()).isEqualTo("l2-1: answered 503; l2-0: kept a redirect (301)");
        progress.delivered(0, "l2-1", 5, "kept a redirect (301)");
        assertThat(only(progress))
                .isEqualTo(new ObjectState(0, Phase.SETTLED, List.of(), 2, "kept a redirect (301)", 10));
    }

    @Test
    void a_node_that_is_waited_for_is_named_in_the_objects_that_still_miss_it() {
        PushProgress progress = progress(2, 2);
        progress.delivered(0, "l2-1", 1, null);
        progress.takeUnreported();
        progress.waitingFor("l2-1", "connection refused");
        progress.waitingFor("l2-1", "connection refused");
        assertThat(only(progress))
                .isEqualTo(new ObjectState(
                        1, Phase.PENDING, List.of("l2-0", "l2-1"), 2, "l2-1: waited for, connection refused", 0));
        progress.available("l2-1");
        assertThat(only(progress).description()).isNull();
    }

    @Test
    void only_what_changed_is_told_and_what_did_not_arrive_is_told_again() {
        PushProgress progress = progress(3, 1);
        progress.takeUnreported();
        assertThat(progress.takeUnreported()).isEmpty();
        progress.delivered(1, "l2-0", 7, null);
        ObjectsProgressed event = progress.takeUnreported().getFirst();
        assertThat(event.objects())
                .singleElement()
                .extracting(ObjectState::index)
                .isEqualTo(1);
        progress.reportAgain(event);
        assertThat(progress.takeUnreported().getFirst().objects()).isEqualTo(event.objects());
    }

    @Test
    void the_totals_are_those_of_the_whole_task() {
        PushProgress progress = progress(4, 2);
        progress.delivered(0, "l2-0", 1, null);
        progress.delivered(0, "l2-1", 1, null);
        progress.delivered(1, "l2-0", 1, null);
        progress.failed(2, "l2-0", "x");
        progress.failed(2, "l2-1", "x");
        assertThat(progress.takeUnreported().getFirst().totals()).isEqualTo(new TaskTotals(4, 1, 1, 3, 8));
    }

    @Test
    void events_stay_within_their_limits_and_name_all_objects() {
        PushProgress progress = progress(2_000, 60);
        for (int index = 0; index < 2_000; index++) {
            for (int node = 0; node < 60; node++) {
                progress.failed(index, "l2-" + node, "answered 503 – \u0001 (5 attempts)");
            }
        }
        List<ObjectsProgressed> events = progress.takeUnreported();
        assertThat(events).hasSizeGreaterThanOrEqualTo(4).allSatisfy(event -> {
            assertThat(event.objects()).hasSizeLessThanOrEqualTo(ObjectsProgressed.MAX_OBJECTS);
            assertThat(MessageFormat.write(event)).hasSizeLessThan(ObjectsProgressed.MAX_BYTES + 1);
        });
        assertThat(events.stream().flatMap(event -> event.objects().stream()).map(ObjectState::index))
                .containsExactlyElementsOf(IntStream.range(0, 2_000).boxed().toList());
        assertThat(progress(1_200, 1).takeUnreported()).hasSize(3);
    }

    private static ObjectState only(PushProgress progress) {
        List<ObjectsProgressed> events = progress.takeUnreported();
        assertThat(events).hasSize(1);
        assertThat(events.getFirst().objects()).hasSize(1);
        return events.getFirst().objects().getFirst();
    }

    private static PushProgress progress(int objects, int nodes) {
        List<Node> targets = IntStream.range(0, nodes)
                .mapToObj(i ->
                        new Node("l2-" + i, URI.create("http://10.0.0.1:" + (i + 1)), new Driver.Varnish("v", "t")))
                .toList();
        PushCommand command = new PushCommand(
                new TaskId(7),
                "acme",
                "a.test",
                Collections.nCopies(objects, "http://a.test/"),
                "l2",
                Map.of(),
                Instant.EPOCH);
        return new PushProgress(command, Collections.nCopies(objects, targets), Clock.systemUTC());
    }
}

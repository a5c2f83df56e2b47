package io.freshet.purge.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.CursorState;
import io.freshet.contracts.Selector;
import io.freshet.purge.cursor.Cursor;
import io.freshet.purge.cursor.Cursors;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.ObservedRestartToken;
import io.freshet.purge.stage.SettableClock;
import io.freshet.purge.stage.TestFleet;
import io.freshet.purge.topology.TierTopology;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** States of two parents and two children, step by step. {@link PartitionStateModelTest} plays them in any order. */
class PartitionStateTest {

    private static final String TOPIC = "topic-1";
    private static final Duration DELAY = Duration.ofSeconds(60);
    private static final Instant ACCEPTED = Instant.parse("2029-12-31T00:00:00Z");
    private static final TierTopology TIERS = TestFleet.tiers();
    private static final NodeChannel PARENT = node("l2-a");
    private static final NodeChannel CHILD = node("l1-a");

    private final SettableClock clock = new SettableClock();
    private final PartitionState state = new PartitionState(0, 1, TIERS, DELAY, clock, clock::nanoTime);

    @AfterAll
    static void close() {
        TIERS.all().forEach(NodeChannel::close);
    }

    // ---- taking over

    @Test
    void node_with_everything_below_the_position_is_in_sync_at_a_takeover() {
        takeOver(10, 0, 10, Map.of());
        assertThat(state.receivingNodes()).hasSize(4);
        assertThat(applied(PARENT)).isEqualTo(10);
        assertThat(cursorState(PARENT)).isEqualTo(CursorState.IN_SYNC);
    }

    @ParameterizedTest
    @CsvSource({"IN_SYNC", "LAGGING"})
    void node_whose_cursor_is_below_the_position_is_lagging_whatever_its_state(CursorState written) {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, written, TOPIC)));
        assertThat(state.receivingNodes()).doesNotContain(PARENT);
        assertThat(catchUp(PARENT)).isEqualTo(offsets(4, 10));
    }

    @Test
    void lagging_node_keeps_its_since_at_a_takeover() {
        Instant since = clock.instant().minus(Duration.ofDays(2));
        takeOver(10, 0, 10, Map.of(PARENT, cursors(new Cursor(4, CursorState.LAGGING, TOPIC, since, since, null, -1))));
        assertThat(state.status(PARENT).since()).isEqualTo(since);
    }

    @Test
    void child_capped_by_its_lagging_parent_is_in_sync() {
        takeOver(
                10,
                0,
                10,
                Map.of(PARENT, cursors(4, CursorState.LAGGING, TOPIC), CHILD, cursors(4, CursorState.IN_SYNC, TOPIC)));
        assertThat(state.receivingNodes()).contains(CHILD).doesNotContain(PARENT);
        assertThat(applied(CHILD)).isEqualTo(4);
    }

    @Test
    void lagging_child_of_a_lagging_parent_stays_lagging() {
        takeOver(
                10,
                0,
                10,
                Map.of(PARENT, cursors(4, CursorState.LAGGING, TOPIC), CHILD, cursors(4, CursorState.LAGGING, TOPIC)));
        assertThat(state.receivingNodes()).doesNotContain(CHILD, PARENT);
    }

    @Test
    void child_below_its_lagging_parents_cursor_is_lagging_from_there() {
        takeOver(
                10,
                0,
                10,
                Map.of(PARENT, cursors(6, CursorState.LAGGING, TOPIC), CHILD, cursors(4, CursorState.IN_SYNC, TOPIC)));
        assertThat(catchUp(CHILD)).isEqualTo(offsets(4, 10));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "another topic,                 10, IN_SYNC, topic-2",
        "another topic while lagging,    7, LAGGING, topic-2",
        "beyond the end,                13, IN_SYNC, topic-1",
        "below the beginning,            4, LAGGING, topic-1",
        "below the beginning while live, 4, IN_SYNC, topic-1",
        "lost before,                    7, LOST, topic-1"
    })
    void node_whose_missing_commands_are_not_in_the_topic_is_lost(
            String why, long offset, CursorState committed, String topic) {
        takeOver(10, 5, 12, Map.of(PARENT, cursors(offset, committed, topic)));
        assertThat(state.status(PARENT).isLost()).as(why).isTrue();
        assertThat(state.receivingNodes()).doesNotContain(PARENT);
        assertThat(catchUp(PARENT)).as("nothing before the flush").isEmpty();
        assertThat(cursorState(PARENT)).isEqualTo(CursorState.LOST);
    }

    @Test
    void known_node_without_cursor_has_received_nothing() {
        takeOverWithout(PARENT, 0);
        assertThat(catchUp(PARENT)).isEqualTo(offsets(0, 10));
    }

    @Test
    void known_node_without_cursor_is_lost_if_the_topic_was_trimmed() {
        takeOverWithout(PARENT, 3);
        assertThat(state.status(PARENT).isLost()).isTrue();
    }

    @Test
    void node_action_older_than_a_missing_cursor_is_ignored() {
        takeOverWithout(PARENT, 0);
        assertThat(state.lastAction(PARENT)).isEqualTo(42);
    }

    @Test
    void lagging_children_of_a_lost_parent_are_lost() {
        takeOver(
                10,
                5,
                10,
                Map.of(PARENT, cursors(7, CursorState.LOST, TOPIC), CHILD, cursors(6, CursorState.LAGGING, TOPIC)));
        assertThat(state.status(CHILD).isLost()).isTrue();
        NodeChannel other = node("l1-b");
        assertThat(state.status(other).isLagging()).isFalse();
        state.markLagging(other, "is down");
        assertThat(state.status(other).isLost()).isTrue();
    }

    // ---- lagging and back

    @Test
    void lagging_node_receives_nothing_new_and_begins_at_the_position() {
        takeOver(10, 0, 10, Map.of());
        deliver(10);
        state.markLagging(PARENT, "is down");
        assertThat(state.dispatch(11, ACCEPTED)).doesNotContain(PARENT).hasSize(3);
        assertThat(catchUp(PARENT)).isEqualTo(offsets(11, 12));
    }

    @Test
    void node_that_missed_a_command_in_flight_begins_at_the_first_open_one() {
        takeOver(10, 0, 10, Map.of());
        state.dispatch(10, ACCEPTED);
        state.dispatch(11, ACCEPTED);
        state.noteMissing(PARENT, "is down", ACCEPTED);
        state.completeDispatch(11);
        assertThat(catchUp(PARENT)).isEqualTo(offsets(10, 12));
    }

    @Test
    void node_that_catches_up_receives_new_commands_directly() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, CursorState.LAGGING, TOPIC)));
        assertThat(state.nextCatchUp(PARENT::equals)).contains(new OffsetRange(4, 10));
        assertThat(state.dispatch(10, ACCEPTED)).contains(PARENT);
        assertThat(state.dueForCatchUp(10)).isEmpty();
        assertThat(state.status(PARENT).isLagging())
                .as("until it has everything")
                .isTrue();
        assertThat(catchUp(PARENT)).isEqualTo(offsets(4, 10));
        assertThat(state.status(PARENT).isLagging()).isFalse();
    }

    @Test
    void node_that_cannot_receive_does_not_catch_up() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, CursorState.LAGGING, TOPIC)));
        assertThat(state.nextCatchUp(_ -> false)).isEmpty();
        assertThat(state.receivingNodes()).doesNotContain(PARENT);
    }

    @Test
    void several_nodes_share_a_replay_each_from_its_own_offset() {
        takeOver(
                10,
                0,
                10,
                Map.of(
                        PARENT,
                        cursors(4, CursorState.LAGGING, TOPIC),
                        node("l2-b"),
                        cursors(7, CursorState.LAGGING, TOPIC)));
        assertThat(state.nextCatchUp(_ -> true)).contains(new OffsetRange(4, 10));
        assertThat(state.dueForCatchUp(6)).containsExactly(PARENT);
        assertThat(state.dueForCatchUp(7)).containsExactly(PARENT, node("l2-b"));
    }

    @Test
    void replay_does_not_count_for_a_node_that_became_lagging_meanwhile() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, CursorState.LAGGING, TOPIC)));
        state.nextCatchUp(_ -> true);
        List<NodeChannel> due = state.dueForCatchUp(4);
        state.markLagging(PARENT, "is down again");
        state.completeCatchUp(due, 4);
        state.skipCatchUp(new OffsetRange(4, 10));
        assertThat(applied(PARENT)).isEqualTo(4);
    }

    @Test
    void replay_does_not_count_for_a_node_that_was_rewound_meanwhile() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, CursorState.LAGGING, TOPIC)));
        state.nextCatchUp(_ -> true);
        List<NodeChannel> due = state.dueForCatchUp(4);
        state.rewind(PARENT, 2, Instant.EPOCH, "was restarted");
        state.nextCatchUp(_ -> true);
        state.completeCatchUp(due, 4);
        state.skipCatchUp(new OffsetRange(4, 10));
        assertThat(applied(PARENT)).isEqualTo(2);
    }

    @Test
    void node_that_fails_during_its_catch_up_continues_where_it_was() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, CursorState.LAGGING, TOPIC)));
        Instant since = state.status(PARENT).since();
        clock.advance(Duration.ofMinutes(1));
        state.nextCatchUp(_ -> true);
        state.completeCatchUp(state.dueForCatchUp(4), 4);
        state.noteMissing(PARENT, "is down again", ACCEPTED);
        assertThat(state.status(PARENT).since()).isEqualTo(since);
        assertThat(catchUp(PARENT)).isEqualTo(offsets(5, 10));
    }

    // ---- parents and children

    @Test
    void cursors_of_a_child_never_pass_its_parents() {
        takeOver(10, 0, 10, Map.of());
        state.markLagging(PARENT, "is down");
        deliver(10);
        assertThat(state.status(CHILD).isLagging()).isFalse();
        assertThat(applied(CHILD)).isEqualTo(10);
        assertThat(settled(CHILD)).isEqualTo(settled(PARENT));
        assertThat(applied(node("l2-b"))).as("which is no child").isEqualTo(11);
    }

    @Test
    void child_that_lags_after_its_parent_begins_where_the_parent_does() {
        takeOver(10, 0, 10, Map.of());
        state.markLagging(PARENT, "is down");
        deliver(10);
        state.markLagging(CHILD, "is down");
        deliver(11);
        assertThat(catchUp(CHILD)).isEqualTo(offsets(10, 12));
    }

    @Test
    void child_that_is_back_before_its_parent_is_purged_again_with_it() {
        takeOver(10, 0, 10, Map.of());
        state.markLagging(PARENT, "is down");
        state.markLagging(CHILD, "is down");
        deliver(10);
        assertThat(catchUp(CHILD)).isEqualTo(offsets(10, 11));
        assertThat(state.status(CHILD).isLagging()).isFalse();
        assertThat(applied(CHILD)).as("not before its parent").isEqualTo(10);
        assertThat(state.receivingNodes())
                .as("the nodes that receive a parent's catch-up")
                .contains(CHILD);
        assertThat(catchUp(PARENT)).isEqualTo(offsets(10, 11));
        assertThat(applied(CHILD)).isEqualTo(11);
    }

    @Test
    void child_that_is_back_after_its_parent_receives_the_parents_catch_up() {
        takeOver(10, 0, 10, Map.of());
        state.markLagging(PARENT, "is down");
        deliver(10);
        state.markLagging(CHILD, "is down");
        assertThat(catchUp(PARENT)).isEqualTo(offsets(10, 11));
        assertThat(catchUp(CHILD)).isEqualTo(offsets(10, 11));
    }

    @Test
    void lagging_child_is_rewound_with_its_parent() {
        takeOver(10, 0, 10, Map.of(CHILD, cursors(8, CursorState.LAGGING, TOPIC)));
        state.rewind(PARENT, 3, Instant.EPOCH, "was restarted");
        assertThat(catchUp(CHILD)).isEqualTo(offsets(3, 10));
    }

    @Test
    void child_that_lags_during_its_parents_catch_up_begins_where_the_parent_is() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, CursorState.LAGGING, TOPIC)));
        state.nextCatchUp(PARENT::equals);
        state.completeCatchUp(List.of(PARENT), 4);
        state.completeCatchUp(List.of(PARENT), 5);
        state.markLagging(CHILD, "is down");
        assertThat(applied(CHILD)).isEqualTo(6);
        assertThat(catchUp(PARENT)).isEqualTo(offsets(6, 10));
        assertThat(catchUp(CHILD)).isEqualTo(offsets(6, 10));
    }

    @Test
    void child_catches_up_no_further_than_the_commands_in_flight() {
        takeOver(10, 0, 10, Map.of(CHILD, cursors(8, CursorState.LAGGING, TOPIC)));
        state.dispatch(10, ACCEPTED);
        assertThat(catchUp(CHILD)).isEqualTo(offsets(8, 10));
        assertThat(state.status(CHILD).isLagging()).isTrue();
        state.completeDispatch(10);
        assertThat(catchUp(CHILD)).isEqualTo(offsets(10, 11));
        assertThat(state.status(CHILD).isLagging()).isFalse();
    }

    @Test
    void parent_catches_up_beyond_commands_in_flight() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(8, CursorState.LAGGING, TOPIC)));
        state.dispatch(10, ACCEPTED);
        assertThat(catchUp(PARENT)).isEqualTo(offsets(8, 11));
    }

    // ---- the second purge

    @Test
    void second_purge_is_due_after_the_delay_and_not_before() {
        takeOver(10, 0, 10, Map.of());
        state.snapshot();
        deliver(10);
        state.snapshot();
        clock.advance(DELAY.minusMillis(1));
        assertThat(state.nextRebound()).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(state.nextRebound()).isEmpty(); // the mark for 11 came too soon after the one for 10
        state.snapshot();
        clock.advance(DELAY);
        assertThat(state.nextRebound()).contains(new OffsetRange(10, 11));
        assertThat(state.dueForRebound(10)).hasSize(4);
        state.completeRebound(TIERS.all(), 10);
        assertThat(settled(CHILD)).isEqualTo(11);
    }

    @ParameterizedTest
    @CsvSource({"PT1M", "-PT1H"})
    void second_purge_is_due_after_the_delay_whatever_the_clock_is_set_to(Duration by) {
        takeOver(10, 0, 10, Map.of());
        deliver(10);
        state.snapshot();
        clock.set(by);
        assertThat(state.nextRebound()).isEmpty();
        clock.advance(DELAY.dividedBy(2));
        deliver(11);
        state.snapshot();
        clock.advance(DELAY.dividedBy(2).minusMillis(1));
        assertThat(state.nextRebound()).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(state.nextRebound()).contains(new OffsetRange(10, 11));
        clock.advance(DELAY.dividedBy(2));
        assertThat(state.nextRebound()).contains(new OffsetRange(10, 12));
    }

    @Test
    void command_without_second_purge_is_settled_without_replay() {
        takeOver(10, 0, 10, Map.of());
        state.snapshot();
        for (long offset = 10; offset < 16; offset++) {
            deliver(offset);
            if (offset != 13) {
                state.noteReboundNotNeeded(offset);
            }
        }
        clock.advance(DELAY);
        state.snapshot();
        assertThat(settled(CHILD)).isEqualTo(10);
        clock.advance(DELAY);
        assertThat(state.nextRebound()).contains(new OffsetRange(13, 16));
        assertThat(settled(CHILD)).isEqualTo(13);
        state.completeRebound(TIERS.all(), 13);
        assertThat(state.nextRebound()).isEmpty();
        assertThat(settled(CHILD)).isEqualTo(16);
    }

    @Test
    void second_purge_never_overtakes_the_first() {
        takeOver(10, 0, 10, Map.of());
        state.dispatch(10, ACCEPTED);
        state.snapshot();
        clock.advance(DELAY.multipliedBy(2));
        state.snapshot();
        clock.advance(DELAY.multipliedBy(2));
        assertThat(state.nextRebound()).as("while 10 is in flight").isEmpty();
    }

    @Test
    void lagging_node_gets_no_second_purge_before_the_first() {
        takeOver(10, 0, 10, Map.of());
        state.markLagging(PARENT, "is down");
        deliver(10);
        settleAfterDelay();
        assertThat(settled(PARENT)).isEqualTo(10);
        catchUp(PARENT);
        assertThat(state.nextRebound().map(OffsetRange::from))
                .as("second purges of the others, which waited for it")
                .isEmpty();
        settleAfterDelay();
        assertThat(TIERS.all()).allSatisfy(node -> assertThat(settled(node)).isEqualTo(11));
    }

    @Test
    void second_purge_does_not_count_for_a_node_that_was_rewound_meanwhile() {
        takeOver(10, 0, 10, Map.of());
        deliver(10);
        state.snapshot();
        clock.advance(DELAY);
        List<NodeChannel> due = state.dueForRebound(10);
        assertThat(due).contains(PARENT);
        state.rewind(PARENT, 10, Instant.EPOCH, "was restarted");
        catchUp(PARENT);
        assertThat(state.status(PARENT).isLagging()).isFalse();
        state.completeRebound(due, 10);
        assertThat(settled(PARENT)).isEqualTo(10);
    }

    @Test
    void child_that_lags_during_its_parents_second_purge_gets_its_own_later() {
        takeOver(10, 0, 10, Map.of());
        deliver(10);
        state.markLagging(PARENT, "is down");
        state.snapshot();
        clock.advance(DELAY);
        state.completeRebound(state.dueForRebound(10), 10); // the children's, since the parent is lagging
        catchUp(PARENT);
        state.markLagging(CHILD, "is down");
        settleAfterDelay(); // the parent's, while the child is down
        catchUp(CHILD);
        assertThat(settled(CHILD)).isEqualTo(10);
        clock.advance(DELAY);
        state.snapshot();
        clock.advance(DELAY);
        assertThat(state.dueForRebound(10)).contains(CHILD);
    }

    @Test
    void second_purge_begins_at_the_committed_cursor_after_a_takeover() {
        takeOver(
                10,
                0,
                10,
                Map.of(
                        PARENT,
                        new Cursors(cursors(10, CursorState.IN_SYNC, TOPIC).applied(), 6)));
        state.snapshot();
        clock.advance(DELAY);
        assertThat(state.nextRebound()).contains(new OffsetRange(6, 10));
        assertThat(state.dueForRebound(6)).containsExactly(PARENT);
    }

    // ---- flushed

    @Test
    void flush_recovers_a_lost_node_which_receives_later_commands_only() {
        takeOver(10, 5, 10, Map.of(PARENT, cursors(7, CursorState.LOST, TOPIC)));
        state.noteFlushed(PARENT, clock.instant(), TOPIC, 8, null);
        assertThat(state.status(PARENT).isLost()).isFalse();
        assertThat(catchUp(PARENT)).isEqualTo(offsets(8, 10));
        assertThat(state.status(PARENT).isLagging()).isFalse();
        assertThat(state.status(PARENT).flushedAt()).isEqualTo(clock.instant());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "before it was lost, -1, topic-1, 8",
        "of another topic, 0, topic-2, 8",
        "and trimmed again, 0, topic-1, 4"
    })
    void flush_that_does_not_cover_the_loss_does_not_count(String why, int seconds, String topic, long end) {
        takeOver(10, 5, 10, Map.of(PARENT, lostNow()));
        state.noteFlushed(PARENT, clock.instant().plusSeconds(seconds), topic, end, null);
        assertThat(state.status(PARENT).isLost()).as(why).isTrue();
    }

    @Test
    void requested_flush_counts_once() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, CursorState.LAGGING, TOPIC)));
        state.noteFlushed(PARENT, clock.instant(), TOPIC, 8, 7L);
        assertThat(state.lastAction(PARENT)).isEqualTo(7);
        assertThat(catchUp(PARENT)).isEqualTo(offsets(8, 10));
        state.rewind(PARENT, 2, Instant.EPOCH, "was restarted");
        state.noteFlushed(PARENT, clock.instant(), TOPIC, 8, 7L);
        assertThat(catchUp(PARENT)).as("it was flushed before").isEqualTo(offsets(2, 10));
    }

    @Test
    void flushed_node_continues_at_the_beginning_of_a_trimmed_topic() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, CursorState.LAGGING, TOPIC)));
        state.noteFlushed(PARENT, clock.instant(), TOPIC, 8, 7L);
        state.nextCatchUp(_ -> true);
        state.advanceBeginning(6);
        assertThat(state.status(PARENT).isLost()).isFalse();
        assertThat(state.nextCatchUp(_ -> true)).contains(new OffsetRange(6, 10));
    }

    @Test
    void lagging_node_is_lost_when_its_next_command_is_trimmed() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, CursorState.LAGGING, TOPIC)));
        state.advanceBeginning(4);
        assertThat(state.status(PARENT).isLost()).isFalse();
        state.advanceBeginning(5);
        assertThat(state.status(PARENT).isLost()).isTrue();
        assertThat(state.status(node("l2-b")).isLost()).as("which is live").isFalse();
    }

    // ---- rewound

    @Test
    void rewound_node_receives_everything_again_from_there() {
        takeOver(10, 0, 10, Map.of());
        state.rewind(PARENT, 7, Instant.EPOCH, "was restarted");
        assertThat(state.status(PARENT).isLagging()).isTrue();
        assertThat(settled(PARENT)).isEqualTo(7);
        assertThat(catchUp(PARENT)).isEqualTo(offsets(7, 10));
    }

    @Test
    void rewind_to_an_offset_not_reached_yet_does_nothing() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, CursorState.LAGGING, TOPIC)));
        state.rewind(PARENT, 6, Instant.EPOCH, "was restarted");
        assertThat(applied(PARENT)).isEqualTo(4);
        state.rewind(CHILD, 10, Instant.EPOCH, "was restarted");
        assertThat(state.status(CHILD).isLagging()).isFalse();
    }

    @Test
    void rewind_ends_at_the_beginning_of_the_topic() {
        takeOver(10, 5, 10, Map.of());
        state.rewind(PARENT, 2, Instant.EPOCH, "was restarted");
        assertThat(state.status(PARENT).isLost()).isFalse();
        assertThat(catchUp(PARENT)).isEqualTo(offsets(5, 10));
    }

    @Test
    void rewind_includes_a_command_that_is_still_in_flight() {
        takeOver(10, 0, 10, Map.of());
        state.dispatch(10, ACCEPTED);
        state.rewind(PARENT, 10, Instant.EPOCH, "was restarted");
        assertThat(catchUp(PARENT)).isEqualTo(offsets(10, 11));
    }

    @Test
    void rewind_includes_commands_received_during_the_catch_up() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(8, CursorState.LAGGING, TOPIC)));
        state.nextCatchUp(_ -> true);
        deliver(10);
        state.rewind(PARENT, 10, Instant.EPOCH, "was restarted");
        assertThat(catchUp(PARENT)).isEqualTo(offsets(8, 11));
    }

    @Test
    void restart_token_is_committed_with_the_time_it_was_seen() {
        takeOver(10, 0, 10, Map.of());
        Instant seen = clock.instant();
        state.noteRestartToken(PARENT, new ObservedRestartToken("boot 1", seen));
        clock.advance(Duration.ofHours(1));
        Cursor cursor = cursors(PARENT).applied();
        assertThat(cursor.restartToken()).isEqualTo("boot 1");
        assertThat(cursor.at()).isEqualTo(seen);
        takeOver(10, 0, 10, Map.of(PARENT, cursors(cursor)));
        assertThat(state.restartToken(PARENT)).contains(new ObservedRestartToken("boot 1", seen));
    }

    // ---- queries

    @Test
    void command_in_flight_is_missing_on_every_node() {
        takeOver(10, 0, 10, Map.of());
        state.dispatch(10, ACCEPTED);
        assertThat(state.missingNodes(10, Selector.URL)).hasSize(4);
        assertThat(state.missingNodes(9, Selector.URL)).isEmpty();
        state.completeDispatch(10);
        assertThat(state.missingNodes(10, Selector.URL)).isEmpty();
    }

    @Test
    void lagging_node_misses_only_what_it_has_not_received() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(8, CursorState.LAGGING, TOPIC)));
        assertThat(state.missingNodes(7, Selector.URL)).isEmpty();
        assertThat(state.missingNodes(8, Selector.URL)).containsExactly("l2-a");
        state.nextCatchUp(_ -> true);
        deliver(10);
        assertThat(state.missingNodes(10, Selector.URL)).isEmpty();
        assertThat(state.missingNodes(9, Selector.URL)).containsExactly("l2-a");
    }

    @Test
    void incomplete_and_unsupported_commands_are_missing() {
        takeOver(10, 0, 10, Map.of());
        deliver(10);
        BitSet objects = BitSet.valueOf(new long[] {0b1011});
        state.noteIncomplete(CHILD, 10, objects);
        assertThat(state.incompleteObjects(10)).containsExactly(Map.entry("l1-a", objects));
        assertThat(state.isComplete(10, 0)).isTrue();
        assertThat(state.isComplete(10, 1)).isFalse();
        state.noteCompleted(CHILD, 10, objects);
        assertThat(state.isComplete(10, 1)).isTrue();
        assertThat(state.missingNodes(10, Selector.URL)).isEmpty();
        assertThat(state.missingNodes(9, Selector.DIRECTORY)).containsExactlyInAnyOrder("l2-a", "l2-b");
    }

    @Test
    void retry_waits_for_a_lagging_child_that_has_received_the_command() {
        takeOver(10, 0, 10, Map.of());
        deliver(10);
        assertThat(state.canRetry(PARENT, 10)).isTrue();
        state.markLagging(CHILD, "is down");
        assertThat(state.canRetry(CHILD, 10)).isFalse();
        assertThat(state.canRetry(PARENT, 10)).isFalse();
        state.dispatch(11, ACCEPTED);
        assertThat(state.canRetry(PARENT, 11)).isTrue(); // the child receives it later than the parent in any case
    }

    @Test
    void refresh_is_applied_down_to_a_tier_if_no_node_there_misses_it() {
        takeOver(10, 0, 10, Map.of(CHILD, cursors(4, CursorState.LAGGING, TOPIC)));
        state.dispatch(10, ACCEPTED);
        assertThat(state.isAppliedWith(Set.of(PARENT), 10, 0)).isFalse();
        assertThat(state.isAppliedWith(Set.of(PARENT, node("l2-b")), 10, 0)).isTrue();
        assertThat(state.isAppliedWith(Set.of(PARENT, node("l2-b")), 10, 1)).isFalse();
    }

    // ---- helpers

    private void takeOver(long position, long beginning, long end, Map<NodeChannel, Cursors> written) {
        Map<String, Cursors> all = new HashMap<>();
        TIERS.ids().forEach(id -> all.put(id, cursors(position, CursorState.IN_SYNC, TOPIC)));
        written.forEach((node, cursors) -> all.put(node.node().id(), cursors));
        state.open(TOPIC, position, beginning, end, all, -1);
    }

    private void takeOverWithout(NodeChannel node, long beginning) {
        Map<String, Cursors> all = new HashMap<>();
        TIERS.ids().forEach(id -> all.put(id, cursors(10, CursorState.IN_SYNC, TOPIC)));
        all.remove(node.node().id());
        state.open(TOPIC, 10, beginning, 10, all, 42);
    }

    private Cursors cursors(long offset, CursorState state, String topic) {
        Instant since = clock.instant().minusSeconds(3600);
        return cursors(new Cursor(offset, state, topic, since, since, null, -1));
    }

    private Cursors lostNow() {
        return cursors(new Cursor(7, CursorState.LOST, TOPIC, clock.instant(), clock.instant(), null, -1));
    }

    private static Cursors cursors(Cursor cursor) {
        return new Cursors(cursor, cursor.offset());
    }

    private void deliver(long offset) {
        state.dispatch(offset, ACCEPTED);
        state.completeDispatch(offset);
        state.advancePosition(offset + 1);
    }

    /** Catches these nodes up as far as possible. Returns the offsets that were sent to any of them. */
    private List<Long> catchUp(NodeChannel... nodes) {
        Set<NodeChannel> wanted = new HashSet<>(Arrays.asList(nodes));
        List<Long> sent = new ArrayList<>();
        Optional<OffsetRange> range = state.nextCatchUp(wanted::contains);
        while (range.isPresent()) {
            long offset = range.get().from();
            List<NodeChannel> due = state.dueForCatchUp(offset);
            assertThat(due).isNotEmpty();
            if (!due.stream().allMatch(node -> state.isFlushed(node, offset))) {
                sent.add(offset);
            }
            state.completeCatchUp(due, offset);
            range = state.nextCatchUp(wanted::contains);
        }
        return sent;
    }

    /** Lets the rebound delay pass and sends all second purges that are due. */
    private void settleAfterDelay() {
        clock.advance(DELAY);
        state.snapshot();
        clock.advance(DELAY);
        for (Optional<OffsetRange> range = state.nextRebound(); range.isPresent(); range = state.nextRebound()) {
            long offset = range.get().from();
            state.completeRebound(state.dueForRebound(offset), offset);
        }
    }

    private Cursors cursors(NodeChannel node) {
        return Objects.requireNonNull(state.snapshot().cursors().get(node.node().id()));
    }

    private long applied(NodeChannel node) {
        return cursors(node).applied().offset();
    }

    private long settled(NodeChannel node) {
        return cursors(node).settled();
    }

    private CursorState cursorState(NodeChannel node) {
        return cursors(node).applied().state();
    }

    private static List<Long> offsets(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    private static NodeChannel node(String id) {
        return TIERS.all().stream()
                .filter(node -> node.node().id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}

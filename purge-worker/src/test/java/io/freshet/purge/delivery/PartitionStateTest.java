package io.freshet.purge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.contracts.Selector;
import io.freshet.purge.cursor.Cursor;
import io.freshet.purge.cursor.Cursor.State;
import io.freshet.purge.cursor.Cursors;
import io.freshet.purge.delivery.PartitionState.OffsetRange;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.ObservedRestartToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
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

/** Where nodes stand, step by step; two parents and two children. See {@link PartitionStateModelTest} for all orders of steps. */
class PartitionStateTest {

    private static final String TOPIC = "topic-1";
    private static final Duration DELAY = Duration.ofSeconds(60);
    private static final Instant ACCEPTED = Instant.parse("2029-12-31T00:00:00Z");
    private static final TierTopology TIERS = TestFleet.tiers();
    private static final NodeChannel PARENT = node("l2-a");
    private static final NodeChannel CHILD = node("l1-a");

    private final SettableClock clock = new SettableClock();
    private final PartitionState shard = new PartitionState(0, TIERS.inOrder(), DELAY, clock);

    @AfterAll
    static void close() {
        TIERS.close();
    }

    // ---- taking over

    @Test
    void a_node_that_has_everything_below_the_position_is_live_at_a_takeover() {
        takeOver(10, 0, 10, Map.of());
        assertThat(shard.current()).hasSize(4);
        assertThat(applied(PARENT)).isEqualTo(10);
        assertThat(state(PARENT)).isEqualTo(State.LIVE);
    }

    @ParameterizedTest
    @CsvSource({"LIVE", "LATE"})
    void a_node_whose_cursor_is_below_the_position_is_late_from_there_whatever_its_metadata_says(State written) {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, written, TOPIC)));
        assertThat(shard.current()).doesNotContain(PARENT);
        assertThat(catchUp(PARENT)).isEqualTo(offsets(4, 10));
    }

    @Test
    void a_late_node_stays_late_since_when_it_was() {
        Instant since = clock.instant().minus(Duration.ofDays(2));
        takeOver(10, 0, 10, Map.of(PARENT, cursors(new Cursor(4, State.LATE, TOPIC, since, since, null, -1))));
        assertThat(shard.report(PARENT).since()).isEqualTo(since);
    }

    @Test
    void a_child_that_is_behind_only_because_its_parent_is_late_is_not_late_itself() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, State.LATE, TOPIC), CHILD, cursors(4, State.LIVE, TOPIC)));
        assertThat(shard.current()).contains(CHILD).doesNotContain(PARENT);
        assertThat(applied(CHILD)).isEqualTo(4);
    }

    @Test
    void a_child_that_was_late_itself_stays_so_beside_its_late_parent() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, State.LATE, TOPIC), CHILD, cursors(4, State.LATE, TOPIC)));
        assertThat(shard.current()).doesNotContain(CHILD, PARENT);
    }

    @Test
    void a_child_whose_cursor_is_below_its_late_parents_is_late_from_there() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(6, State.LATE, TOPIC), CHILD, cursors(4, State.LIVE, TOPIC)));
        assertThat(catchUp(CHILD)).isEqualTo(offsets(4, 10));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "another topic,                 10, LIVE, topic-2",
        "another topic while late,       7, LATE, topic-2",
        "beyond the end,                13, LIVE, topic-1",
        "below the beginning,            4, LATE, topic-1",
        "below the beginning while live, 4, LIVE, topic-1",
        "lost before,                    7, LOST, topic-1"
    })
    void what_a_node_owes_is_out_of_the_log(String why, long offset, State state, String topic) {
        takeOver(10, 5, 12, Map.of(PARENT, cursors(offset, state, topic)));
        assertThat(shard.report(PARENT).lost()).as(why).isTrue();
        assertThat(shard.current()).doesNotContain(PARENT);
        assertThat(catchUp(PARENT)).as("nothing before it was flushed").isEmpty();
        assertThat(state(PARENT)).isEqualTo(State.LOST);
    }

    @Test
    void a_known_node_without_a_cursor_owes_everything() {
        takeOverWithout(PARENT, 0);
        assertThat(catchUp(PARENT)).isEqualTo(offsets(0, 10));
    }

    @Test
    void a_known_node_without_a_cursor_is_lost_where_the_log_does_not_begin_at_the_beginning() {
        takeOverWithout(PARENT, 3);
        assertThat(shard.report(PARENT).lost()).isTrue();
    }

    @Test
    void an_order_older_than_a_missing_cursor_does_not_concern_the_node() {
        takeOverWithout(PARENT, 0);
        assertThat(shard.lastOrder(PARENT)).isEqualTo(42);
    }

    @Test
    void what_an_operator_wrote_without_metadata_is_where_the_node_begins_again() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(new Cursor(2, State.LATE, "", ACCEPTED, ACCEPTED, null, -1))));
        assertThat(catchUp(PARENT)).isEqualTo(offsets(2, 10));
    }

    @Test
    void when_a_parent_is_lost_its_late_children_are_and_its_live_children_are_as_soon_as_they_are_late() {
        takeOver(10, 5, 10, Map.of(PARENT, cursors(7, State.LOST, TOPIC), CHILD, cursors(6, State.LATE, TOPIC)));
        assertThat(shard.report(CHILD).lost()).isTrue();
        NodeChannel other = node("l1-b");
        assertThat(shard.report(other).late()).isFalse();
        shard.late(other, "is down");
        assertThat(shard.report(other).lost()).isTrue();
    }

    // ---- late and back

    @Test
    void a_late_node_gets_nothing_at_once_and_begins_where_the_position_was() {
        takeOver(10, 0, 10, Map.of());
        deliver(10);
        shard.late(PARENT, "is down");
        assertThat(shard.dispatch(11, ACCEPTED)).doesNotContain(PARENT).hasSize(3);
        assertThat(catchUp(PARENT)).isEqualTo(offsets(11, 12));
    }

    @Test
    void a_node_that_missed_a_command_in_flight_begins_at_the_first_that_is_not_done() {
        takeOver(10, 0, 10, Map.of());
        shard.dispatch(10, ACCEPTED);
        shard.dispatch(11, ACCEPTED);
        shard.missed(PARENT, "is down", ACCEPTED);
        shard.delivered(11);
        assertThat(catchUp(PARENT)).isEqualTo(offsets(10, 12));
    }

    @Test
    void a_node_that_joins_gets_what_is_dispatched_from_now_on_at_once_and_the_rest_from_the_log() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, State.LATE, TOPIC)));
        assertThat(shard.catchUp(PARENT::equals)).contains(new OffsetRange(4, 10));
        assertThat(shard.dispatch(10, ACCEPTED)).contains(PARENT);
        assertThat(shard.dueForCatchUp(10)).isEmpty();
        assertThat(shard.report(PARENT).late()).as("until it has everything").isTrue();
        assertThat(catchUp(PARENT)).isEqualTo(offsets(4, 10));
        assertThat(shard.report(PARENT).late()).isFalse();
    }

    @Test
    void who_may_not_be_sent_anything_does_not_join() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, State.LATE, TOPIC)));
        assertThat(shard.catchUp(_ -> false)).isEmpty();
        assertThat(shard.current()).doesNotContain(PARENT);
    }

    @Test
    void several_nodes_share_a_lap_and_each_takes_part_from_where_it_is() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, State.LATE, TOPIC), node("l2-b"), cursors(7, State.LATE, TOPIC)));
        assertThat(shard.catchUp(_ -> true)).contains(new OffsetRange(4, 10));
        assertThat(shard.dueForCatchUp(6)).containsExactly(PARENT);
        assertThat(shard.dueForCatchUp(7)).containsExactly(PARENT, node("l2-b"));
    }

    @Test
    void what_was_read_again_does_not_count_for_a_node_that_became_late_meanwhile() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, State.LATE, TOPIC)));
        shard.catchUp(_ -> true);
        List<NodeChannel> due = shard.dueForCatchUp(4);
        shard.late(PARENT, "is down again");
        shard.caughtUp(due, 4);
        shard.caughtUp(new OffsetRange(4, 10));
        assertThat(applied(PARENT)).isEqualTo(4);
    }

    @Test
    void what_was_read_again_does_not_count_for_a_node_that_was_set_back_meanwhile() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, State.LATE, TOPIC)));
        shard.catchUp(_ -> true);
        List<NodeChannel> due = shard.dueForCatchUp(4);
        shard.rewind(PARENT, 2, Instant.EPOCH, "was started again");
        shard.catchUp(_ -> true);
        shard.caughtUp(due, 4);
        shard.caughtUp(new OffsetRange(4, 10));
        assertThat(applied(PARENT)).isEqualTo(2);
    }

    @Test
    void a_node_that_becomes_late_in_the_middle_goes_on_where_it_was() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, State.LATE, TOPIC)));
        Instant since = shard.report(PARENT).since();
        clock.advance(Duration.ofMinutes(1));
        shard.catchUp(_ -> true);
        shard.caughtUp(shard.dueForCatchUp(4), 4);
        shard.missed(PARENT, "is down again", ACCEPTED);
        assertThat(shard.report(PARENT).since()).isEqualTo(since);
        assertThat(catchUp(PARENT)).isEqualTo(offsets(5, 10));
    }

    // ---- parents and children

    @Test
    void a_childs_cursors_never_pass_its_parents() {
        takeOver(10, 0, 10, Map.of());
        shard.late(PARENT, "is down");
        deliver(10);
        assertThat(shard.report(CHILD).late()).isFalse();
        assertThat(applied(CHILD)).isEqualTo(10);
        assertThat(settled(CHILD)).isEqualTo(settled(PARENT));
        assertThat(applied(node("l2-b"))).as("which is no child").isEqualTo(11);
    }

    @Test
    void a_child_that_is_late_after_its_parent_begins_where_its_parent_does() {
        takeOver(10, 0, 10, Map.of());
        shard.late(PARENT, "is down");
        deliver(10);
        shard.late(CHILD, "is down");
        deliver(11);
        assertThat(catchUp(CHILD)).isEqualTo(offsets(10, 12));
    }

    @Test
    void a_child_that_is_back_before_its_parent_is_purged_again_with_it() {
        takeOver(10, 0, 10, Map.of());
        shard.late(PARENT, "is down");
        shard.late(CHILD, "is down");
        deliver(10);
        assertThat(catchUp(CHILD)).isEqualTo(offsets(10, 11));
        assertThat(shard.report(CHILD).late()).isFalse();
        assertThat(applied(CHILD)).as("not before its parent").isEqualTo(10);
        assertThat(shard.current()).as("who is sent again what a parent missed").contains(CHILD);
        assertThat(catchUp(PARENT)).isEqualTo(offsets(10, 11));
        assertThat(applied(CHILD)).isEqualTo(11);
    }

    @Test
    void a_child_that_is_back_after_its_parent_gets_all_that_the_parent_was_sent_late() {
        takeOver(10, 0, 10, Map.of());
        shard.late(PARENT, "is down");
        deliver(10);
        shard.late(CHILD, "is down");
        assertThat(catchUp(PARENT)).isEqualTo(offsets(10, 11));
        assertThat(catchUp(CHILD)).isEqualTo(offsets(10, 11));
    }

    @Test
    void a_late_child_goes_back_with_a_parent_that_is_set_back() {
        takeOver(10, 0, 10, Map.of(CHILD, cursors(8, State.LATE, TOPIC)));
        shard.rewind(PARENT, 3, Instant.EPOCH, "was started again");
        assertThat(catchUp(CHILD)).isEqualTo(offsets(3, 10));
    }

    @Test
    void a_child_that_is_late_while_its_parent_is_caught_up_begins_where_the_parent_is() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, State.LATE, TOPIC)));
        shard.catchUp(PARENT::equals);
        shard.caughtUp(List.of(PARENT), 4);
        shard.caughtUp(List.of(PARENT), 5);
        shard.late(CHILD, "is down");
        assertThat(applied(CHILD)).isEqualTo(6);
        assertThat(catchUp(PARENT)).isEqualTo(offsets(6, 10));
        assertThat(catchUp(CHILD)).isEqualTo(offsets(6, 10));
    }

    @Test
    void a_child_is_not_caught_up_beyond_what_its_parents_are_just_being_sent() {
        takeOver(10, 0, 10, Map.of(CHILD, cursors(8, State.LATE, TOPIC)));
        shard.dispatch(10, ACCEPTED);
        assertThat(catchUp(CHILD)).isEqualTo(offsets(8, 10));
        assertThat(shard.report(CHILD).late()).isTrue();
        shard.delivered(10);
        assertThat(catchUp(CHILD)).isEqualTo(offsets(10, 11));
        assertThat(shard.report(CHILD).late()).isFalse();
    }

    @Test
    void a_parent_is_caught_up_whatever_its_neighbours_are_just_being_sent() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(8, State.LATE, TOPIC)));
        shard.dispatch(10, ACCEPTED);
        assertThat(catchUp(PARENT)).isEqualTo(offsets(8, 11));
    }

    // ---- the second purge

    @Test
    void the_second_purge_comes_after_the_delay_and_not_before() {
        takeOver(10, 0, 10, Map.of());
        shard.snapshot();
        deliver(10);
        shard.snapshot();
        clock.advance(DELAY.minusMillis(1));
        assertThat(shard.rebound()).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(shard.rebound()).isEmpty(); // the mark for 11 came too soon after the one for 10
        shard.snapshot();
        clock.advance(DELAY);
        assertThat(shard.rebound()).contains(new OffsetRange(10, 11));
        assertThat(shard.dueForRebound(10)).hasSize(4);
        shard.settled(TIERS.all(), 10);
        assertThat(settled(CHILD)).isEqualTo(11);
    }

    @Test
    void what_needs_no_second_purge_is_settled_after_the_delay_without_being_read_again() {
        takeOver(10, 0, 10, Map.of());
        shard.snapshot();
        for (long offset = 10; offset < 16; offset++) {
            deliver(offset);
            if (offset != 13) {
                shard.needsNoRebound(offset);
            }
        }
        clock.advance(DELAY);
        shard.snapshot();
        assertThat(settled(CHILD)).isEqualTo(10);
        clock.advance(DELAY);
        assertThat(shard.rebound()).contains(new OffsetRange(13, 16));
        assertThat(settled(CHILD)).isEqualTo(13);
        shard.settled(TIERS.all(), 13);
        assertThat(shard.rebound()).isEmpty();
        assertThat(settled(CHILD)).isEqualTo(16);
    }

    @Test
    void the_second_purge_never_overtakes_the_first() {
        takeOver(10, 0, 10, Map.of());
        shard.dispatch(10, ACCEPTED);
        shard.snapshot();
        clock.advance(DELAY.multipliedBy(2));
        shard.snapshot();
        clock.advance(DELAY.multipliedBy(2));
        assertThat(shard.rebound()).as("while 10 is in flight").isEmpty();
    }

    @Test
    void what_a_late_node_owes_is_not_sent_to_it_a_second_time_before_the_first() {
        takeOver(10, 0, 10, Map.of());
        shard.late(PARENT, "is down");
        deliver(10);
        settleAfterDelay();
        assertThat(settled(PARENT)).isEqualTo(10);
        catchUp(PARENT);
        assertThat(shard.rebound().map(OffsetRange::from))
                .as("the others have waited for it")
                .isEmpty();
        settleAfterDelay();
        assertThat(TIERS.all()).allSatisfy(node -> assertThat(settled(node)).isEqualTo(11));
    }

    @Test
    void a_second_purge_does_not_count_for_a_node_that_was_set_back_meanwhile() {
        takeOver(10, 0, 10, Map.of());
        deliver(10);
        shard.snapshot();
        clock.advance(DELAY);
        List<NodeChannel> due = shard.dueForRebound(10);
        assertThat(due).contains(PARENT);
        shard.rewind(PARENT, 10, Instant.EPOCH, "was started again");
        catchUp(PARENT);
        assertThat(shard.report(PARENT).late()).isFalse();
        shard.settled(due, 10);
        assertThat(settled(PARENT)).isEqualTo(10);
    }

    @Test
    void a_child_that_is_late_while_its_parents_second_purge_is_due_gets_one_of_its_own_later() {
        takeOver(10, 0, 10, Map.of());
        deliver(10);
        shard.late(PARENT, "is down");
        shard.snapshot();
        clock.advance(DELAY);
        shard.settled(shard.dueForRebound(10), 10); // the children's, since the parent is late
        catchUp(PARENT);
        shard.late(CHILD, "is down");
        settleAfterDelay(); // the parent's, while the child is down
        catchUp(CHILD);
        assertThat(settled(CHILD)).isEqualTo(10);
        clock.advance(DELAY);
        shard.snapshot();
        clock.advance(DELAY);
        assertThat(shard.dueForRebound(10)).contains(CHILD);
    }

    @Test
    void after_a_takeover_the_second_purge_begins_where_it_was_written_down() {
        takeOver(
                10,
                0,
                10,
                Map.of(
                        PARENT,
                        new Cursors(
                                cursors(10, State.LIVE, TOPIC).applied(),
                                cursors(6, State.LIVE, TOPIC).settled())));
        shard.snapshot();
        clock.advance(DELAY);
        assertThat(shard.rebound()).contains(new OffsetRange(6, 10));
        assertThat(shard.dueForRebound(6)).containsExactly(PARENT);
    }

    // ---- flushed

    @Test
    void a_flush_mends_a_lost_node_which_then_gets_only_what_came_after() {
        takeOver(10, 5, 10, Map.of(PARENT, cursors(7, State.LOST, TOPIC)));
        shard.flushed(PARENT, clock.instant(), TOPIC, 8, null);
        assertThat(shard.report(PARENT).lost()).isFalse();
        assertThat(catchUp(PARENT)).isEqualTo(offsets(8, 10));
        assertThat(shard.report(PARENT).late()).isFalse();
        assertThat(shard.report(PARENT).flushedAt()).isEqualTo(clock.instant());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "before it was lost, -1, topic-1, 8",
        "of another topic, 0, topic-2, 8",
        "and trimmed again, 0, topic-1, 4"
    })
    void a_flush_that_does_not_cover_the_loss_does_not_count(String why, int seconds, String topic, long end) {
        takeOver(10, 5, 10, Map.of(PARENT, lostNow()));
        shard.flushed(PARENT, clock.instant().plusSeconds(seconds), topic, end, null);
        assertThat(shard.report(PARENT).lost()).as(why).isTrue();
    }

    @Test
    void an_order_to_flush_counts_once() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, State.LATE, TOPIC)));
        shard.flushed(PARENT, clock.instant(), TOPIC, 8, 7L);
        assertThat(shard.lastOrder(PARENT)).isEqualTo(7);
        assertThat(catchUp(PARENT)).isEqualTo(offsets(8, 10));
        shard.rewind(PARENT, 2, Instant.EPOCH, "was started again");
        shard.flushed(PARENT, clock.instant(), TOPIC, 8, 7L);
        assertThat(catchUp(PARENT)).as("it was flushed before").isEqualTo(offsets(2, 10));
    }

    @Test
    void a_flushed_node_goes_on_where_the_log_begins_when_more_of_it_is_gone() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, State.LATE, TOPIC)));
        shard.flushed(PARENT, clock.instant(), TOPIC, 8, 7L);
        shard.catchUp(_ -> true);
        shard.beginsAt(6);
        assertThat(shard.report(PARENT).lost()).isFalse();
        assertThat(shard.catchUp(_ -> true)).contains(new OffsetRange(6, 10));
    }

    @Test
    void a_late_node_is_lost_when_the_log_begins_behind_it() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, State.LATE, TOPIC)));
        shard.beginsAt(4);
        assertThat(shard.report(PARENT).lost()).isFalse();
        shard.beginsAt(5);
        assertThat(shard.report(PARENT).lost()).isTrue();
        assertThat(shard.report(node("l2-b")).lost()).as("which is live").isFalse();
    }

    // ---- set back

    @Test
    void a_live_node_that_is_set_back_gets_everything_again_from_there() {
        takeOver(10, 0, 10, Map.of());
        shard.rewind(PARENT, 7, Instant.EPOCH, "was started again");
        assertThat(shard.report(PARENT).late()).isTrue();
        assertThat(settled(PARENT)).isEqualTo(7);
        assertThat(catchUp(PARENT)).isEqualTo(offsets(7, 10));
    }

    @Test
    void nobody_is_set_back_to_where_he_has_not_come_yet() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(4, State.LATE, TOPIC)));
        shard.rewind(PARENT, 6, Instant.EPOCH, "was started again");
        assertThat(applied(PARENT)).isEqualTo(4);
        shard.rewind(CHILD, 10, Instant.EPOCH, "was started again");
        assertThat(shard.report(CHILD).late()).isFalse();
    }

    @Test
    void nobody_is_set_back_to_before_the_beginning() {
        takeOver(10, 5, 10, Map.of());
        shard.rewind(PARENT, 2, Instant.EPOCH, "was started again");
        assertThat(shard.report(PARENT).lost()).isFalse();
        assertThat(catchUp(PARENT)).isEqualTo(offsets(5, 10));
    }

    @Test
    void what_a_node_answered_and_lost_is_sent_again_although_others_have_not_answered_it_yet() {
        takeOver(10, 0, 10, Map.of());
        shard.dispatch(10, ACCEPTED);
        shard.rewind(PARENT, 10, Instant.EPOCH, "was started again");
        assertThat(catchUp(PARENT)).isEqualTo(offsets(10, 11));
    }

    @Test
    void what_a_node_got_at_once_while_it_was_caught_up_is_sent_again_if_it_lost_it() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(8, State.LATE, TOPIC)));
        shard.catchUp(_ -> true);
        deliver(10);
        shard.rewind(PARENT, 10, Instant.EPOCH, "was started again");
        assertThat(catchUp(PARENT)).isEqualTo(offsets(8, 11));
    }

    @Test
    void the_start_marker_is_written_down_with_when_it_was_seen() {
        takeOver(10, 0, 10, Map.of());
        Instant seen = clock.instant();
        shard.started(PARENT, new ObservedRestartToken("boot 1", seen));
        clock.advance(Duration.ofHours(1));
        Cursor cursor = cursors(PARENT).applied();
        assertThat(cursor.start()).isEqualTo("boot 1");
        assertThat(cursor.at()).isEqualTo(seen);
        takeOver(10, 0, 10, Map.of(PARENT, cursors(cursor)));
        assertThat(shard.lastStart(PARENT)).contains(new ObservedRestartToken("boot 1", seen));
    }

    // ---- who has what

    @Test
    void what_is_in_flight_nobody_has() {
        takeOver(10, 0, 10, Map.of());
        shard.dispatch(10, ACCEPTED);
        assertThat(shard.missing(10, Selector.URL)).hasSize(4);
        assertThat(shard.missing(9, Selector.URL)).isEmpty();
        shard.delivered(10);
        assertThat(shard.missing(10, Selector.URL)).isEmpty();
    }

    @Test
    void a_late_node_misses_what_it_owes_and_has_what_it_got_before_and_since() {
        takeOver(10, 0, 10, Map.of(PARENT, cursors(8, State.LATE, TOPIC)));
        assertThat(shard.missing(7, Selector.URL)).isEmpty();
        assertThat(shard.missing(8, Selector.URL)).containsExactly("l2-a");
        shard.catchUp(_ -> true);
        deliver(10);
        assertThat(shard.missing(10, Selector.URL)).isEmpty();
        assertThat(shard.missing(9, Selector.URL)).containsExactly("l2-a");
    }

    @Test
    void a_node_misses_what_it_refused_and_what_it_cannot_do() {
        takeOver(10, 0, 10, Map.of());
        deliver(10);
        shard.refused(CHILD, 10);
        assertThat(shard.missing(10, Selector.URL)).containsExactly("l1-a");
        assertThat(shard.missing(9, Selector.DIRECTORY)).containsExactlyInAnyOrder("l2-a", "l2-b");
    }

    @Test
    void a_refresh_has_been_applied_down_to_a_tier_when_nobody_there_misses_it() {
        takeOver(10, 0, 10, Map.of(CHILD, cursors(4, State.LATE, TOPIC)));
        shard.dispatch(10, ACCEPTED);
        assertThat(shard.isAppliedWith(Set.of(PARENT), 10, 0)).isFalse();
        assertThat(shard.isAppliedWith(Set.of(PARENT, node("l2-b")), 10, 0)).isTrue();
        assertThat(shard.isAppliedWith(Set.of(PARENT, node("l2-b")), 10, 1)).isFalse();
    }

    // ---- helpers

    private void takeOver(long position, long beginning, long end, Map<NodeChannel, Cursors> written) {
        Map<String, Cursors> all = new HashMap<>();
        TIERS.ids().forEach(id -> all.put(id, cursors(position, State.LIVE, TOPIC)));
        written.forEach((node, cursors) -> all.put(node.node().id(), cursors));
        shard.open(TOPIC, position, beginning, end, all, -1);
    }

    private void takeOverWithout(NodeChannel node, long beginning) {
        Map<String, Cursors> all = new HashMap<>();
        TIERS.ids().forEach(id -> all.put(id, cursors(10, State.LIVE, TOPIC)));
        all.remove(node.node().id());
        shard.open(TOPIC, 10, beginning, 10, all, 42);
    }

    private Cursors cursors(long offset, State state, String topic) {
        Instant since = clock.instant().minusSeconds(3600);
        return cursors(new Cursor(offset, state, topic, since, since, null, -1));
    }

    private Cursors lostNow() {
        return cursors(new Cursor(7, State.LOST, TOPIC, clock.instant(), clock.instant(), null, -1));
    }

    private static Cursors cursors(Cursor cursor) {
        return new Cursors(cursor, cursor);
    }

    private void deliver(long offset) {
        shard.dispatch(offset, ACCEPTED);
        shard.delivered(offset);
        shard.position(offset + 1);
    }

    /** Catches these nodes up as far as that goes; returns what was sent to any of them. */
    private List<Long> catchUp(NodeChannel... nodes) {
        Set<NodeChannel> wanted = new HashSet<>(Arrays.asList(nodes));
        List<Long> sent = new ArrayList<>();
        Optional<OffsetRange> stretch = shard.catchUp(wanted::contains);
        while (stretch.isPresent()) {
            long offset = stretch.get().from();
            List<NodeChannel> due = shard.dueForCatchUp(offset);
            assertThat(due).isNotEmpty();
            if (!due.stream().allMatch(node -> shard.isFlushed(node, offset))) {
                sent.add(offset);
            }
            shard.caughtUp(due, offset);
            stretch = shard.catchUp(wanted::contains);
        }
        return sent;
    }

    /** Lets so much time pass that all that has been sent once is due a second time, and sends it. */
    private void settleAfterDelay() {
        clock.advance(DELAY);
        shard.snapshot();
        clock.advance(DELAY);
        for (Optional<OffsetRange> stretch = shard.rebound(); stretch.isPresent(); stretch = shard.rebound()) {
            long offset = stretch.get().from();
            shard.settled(shard.dueForRebound(offset), offset);
        }
    }

    private Cursors cursors(NodeChannel node) {
        return Objects.requireNonNull(shard.snapshot().cursors().get(node.node().id()));
    }

    private long applied(NodeChannel node) {
        return cursors(node).applied().offset();
    }

    private long settled(NodeChannel node) {
        return cursors(node).settled().offset();
    }

    private State state(NodeChannel node) {
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

package io.freshet.kafka.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class OffsetTrackerTest {

    private final OffsetTracker tracker = new OffsetTracker(0);

    @Test
    void nothing_begun_is_nothing_to_commit() {
        assertThat(tracker.toCommit(tracker.position())).isEmpty();
    }

    @Test
    void a_commit_goes_no_further_than_it_may() {
        tracker.begin(0, 1);
        tracker.begin(1, 1);
        tracker.done(0);
        tracker.done(1);
        assertThat(tracker.position()).isEqualTo(2);
        assertThat(tracker.toCommit(1)).hasValue(1);
        tracker.committing(1);
        assertThat(tracker.toCommit(1)).isEmpty();
        assertThat(tracker.toCommit(2)).hasValue(2);
    }

    @Test
    void the_first_open_record_is_what_is_committed() {
        tracker.begin(7, 1);
        tracker.begin(8, 1);
        tracker.begin(12, 1);
        tracker.done(8);
        assertThat(tracker.toCommit(tracker.position())).hasValue(7);
        tracker.done(7);
        assertThat(tracker.toCommit(tracker.position())).hasValue(12);
        tracker.done(12);
        assertThat(tracker.toCommit(tracker.position())).hasValue(13);
    }

    @Test
    void the_same_offset_is_committed_again_only_if_it_did_not_arrive() {
        tracker.begin(0, 1);
        tracker.done(0);
        tracker.committing(1);
        assertThat(tracker.toCommit(tracker.position())).isEmpty();
        tracker.commitFailed();
        assertThat(tracker.toCommit(tracker.position())).hasValue(1);
    }

    @Test
    void objects_in_flight_are_counted_and_done_counts_once() {
        tracker.begin(0, 100);
        tracker.begin(1, 5);
        tracker.done(0);
        tracker.done(0);
        assertThat(tracker.inFlight()).isEqualTo(5);
        assertThat(tracker.idle()).isFalse();
        tracker.done(1);
        assertThat(tracker.idle()).isTrue();
    }

    @RepeatedTest(20)
    void no_order_of_completion_makes_a_commit_pass_an_open_record() {
        List<Long> offsets = new ArrayList<>();
        for (long offset = 100; offset < 200; offset++) {
            tracker.begin(offset, 1);
            offsets.add(offset);
        }
        Collections.shuffle(offsets, new Random());
        Set<Long> open = new HashSet<>(offsets);
        for (long offset : offsets) {
            tracker.done(offset);
            open.remove(offset);
            long expected = open.stream().min(Long::compare).orElse(200L);
            assertThat(tracker.toCommit(tracker.position())).hasValue(expected);
        }
    }
}

package io.freshet.purge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.purge.delivery.InFlightLimiter.Turn;
import org.junit.jupiter.api.Test;

class InFlightLimiterTest {

    private final InFlightLimiter room = new InFlightLimiter(100);

    @Test
    void there_is_room_for_so_many_and_no_more_until_somebody_leaves() throws InterruptedException {
        Turn first = room.queue(64);
        Turn second = room.queue(64);
        assertThat(hasCome(first)).isTrue();
        assertThat(hasCome(second)).isFalse();
        assertThat(room.taken()).isEqualTo(64);
        room.leave(first);
        assertThat(hasCome(second)).isTrue();
        assertThat(room.taken()).isEqualTo(64);
    }

    @Test
    void who_is_more_than_fits_gets_all_of_it() throws InterruptedException {
        Turn large = room.queue(6_400);
        assertThat(hasCome(large)).isTrue();
        assertThat(room.taken()).isEqualTo(100);
        room.leave(large);
        assertThat(room.taken()).isZero();
    }

    @Test
    void who_comes_later_and_would_fit_waits_for_who_was_there_before() throws InterruptedException {
        Turn inside = room.queue(90);
        Turn before = room.queue(64);
        Turn after = room.queue(5);
        assertThat(hasCome(after)).isFalse();
        room.leave(inside);
        assertThat(hasCome(before) && hasCome(after)).isTrue();
    }

    @Test
    void who_gives_up_while_waiting_takes_nothing_and_holds_up_nobody() throws InterruptedException {
        Turn inside = room.queue(90);
        Turn before = room.queue(64);
        Turn after = room.queue(5);
        room.leave(before);
        assertThat(hasCome(after)).isTrue();
        assertThat(room.taken()).isEqualTo(95);
        room.leave(inside);
        room.leave(after);
        assertThat(room.taken()).isZero();
    }

    @Test
    void who_needs_none_does_not_wait() throws InterruptedException {
        room.queue(100);
        room.queue(1);
        assertThat(hasCome(room.queue(0))).isTrue();
    }

    private static boolean hasCome(Turn turn) throws InterruptedException {
        return turn.comesWithin(0);
    }
}

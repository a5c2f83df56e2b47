package io.freshet.purge.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RoomTest {

    private static final long NOT_AT_ALL = 0;
    private static final long LONG = Duration.ofSeconds(30).toNanos();

    private final Room room = new Room(100);

    @Test
    void there_is_room_for_so_many_and_no_more_until_somebody_leaves() throws InterruptedException {
        assertThat(room.take(64, NOT_AT_ALL)).isTrue();
        assertThat(room.take(64, NOT_AT_ALL)).isFalse();
        assertThat(room.taken()).isEqualTo(64);
        room.leave(64);
        assertThat(room.take(64, NOT_AT_ALL)).isTrue();
    }

    @Test
    void who_is_more_than_fits_gets_all_of_it() throws InterruptedException {
        assertThat(room.take(6_400, NOT_AT_ALL)).isTrue();
        assertThat(room.taken()).isEqualTo(100);
        room.leave(6_400);
        assertThat(room.taken()).isZero();
    }

    @Test
    void who_comes_later_and_would_fit_waits_for_who_was_there_before() throws InterruptedException {
        assertThat(room.take(90, NOT_AT_ALL)).isTrue();
        CompletableFuture<Boolean> before = take(64);
        CompletableFuture<Boolean> after = take(5);
        room.leave(90);
        await().until(() -> before.isDone() && after.isDone());
        assertThat(before.join() && after.join()).isTrue();
    }

    /** Returns when it waits. */
    private CompletableFuture<Boolean> take(int purges) {
        CompletableFuture<Boolean> taken = new CompletableFuture<>();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                taken.complete(room.take(purges, LONG));
            } catch (InterruptedException e) {
                taken.completeExceptionally(e);
            }
        });
        await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING && !taken.isDone());
        return taken;
    }
}

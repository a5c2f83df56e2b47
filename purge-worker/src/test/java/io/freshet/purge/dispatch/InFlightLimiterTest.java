package io.freshet.purge.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

class InFlightLimiterTest {

    private static final String ACCOUNT = "acme";

    private final InFlightLimiter limiter = new InFlightLimiter(100);

    @Test
    void request_beyond_the_capacity_waits_for_a_release() throws InterruptedException {
        limiter.acquire(ACCOUNT, 64);
        Thread second = acquire(64);
        awaitQueued(second);
        assertThat(limiter.inFlight()).isEqualTo(64);
        limiter.release(ACCOUNT, 64);
        awaitEnd(second);
        assertThat(limiter.inFlight()).isEqualTo(64);
    }

    @Test
    void request_larger_than_capacity_takes_whole_capacity() throws InterruptedException {
        limiter.acquire(ACCOUNT, 6_400);
        assertThat(limiter.inFlight()).isEqualTo(100);
        limiter.release(ACCOUNT, 6_400);
        assertThat(limiter.inFlight()).isZero();
    }

    @Test
    void permits_go_to_the_account_that_holds_the_fewest() throws InterruptedException {
        limiter.acquire("bulk", 40);
        limiter.acquire("full", 30);
        Thread bulk = acquire("bulk", 20);
        awaitQueued(bulk);
        Thread small = acquire("small", 1);
        awaitEnd(small);
        assertThat(limiter.inFlight()).isEqualTo(71);
        limiter.release("full", 30);
        limiter.release("bulk", 40);
        awaitEnd(bulk);
        assertThat(limiter.inFlight()).isEqualTo(21);
    }

    @Test
    void account_holds_at_most_half_of_what_the_others_leave() throws InterruptedException {
        limiter.acquire("bulk", 25);
        limiter.acquire("bulk", 25);
        awaitQueued(acquire("bulk", 25));
        limiter.acquire("other", 25);
        assertThat(limiter.inFlight()).isEqualTo(75);
    }

    @Test
    void small_request_waits_behind_a_large_one_of_its_account() throws InterruptedException {
        limiter.acquire(ACCOUNT, 40);
        Thread large = acquire(30);
        awaitQueued(large);
        Thread small = acquire(5);
        awaitQueued(small);
        limiter.release(ACCOUNT, 40);
        awaitEnd(large);
        awaitEnd(small);
        assertThat(limiter.inFlight()).isEqualTo(35);
    }

    @Test
    void interrupted_request_takes_nothing_and_delays_no_other() throws InterruptedException {
        limiter.acquire(ACCOUNT, 40);
        Thread large = acquire(30);
        awaitQueued(large);
        Thread small = acquire(5);
        awaitQueued(small);
        large.interrupt();
        awaitEnd(small);
        assertThat(limiter.inFlight()).isEqualTo(45);
        limiter.release(ACCOUNT, 40);
        limiter.release(ACCOUNT, 5);
        assertThat(limiter.inFlight()).isZero();
    }

    @Test
    void request_for_nothing_does_not_wait() throws InterruptedException {
        limiter.acquire(ACCOUNT, 100);
        awaitQueued(acquire(1));
        limiter.acquire(ACCOUNT, 0);
        limiter.release(ACCOUNT, 0);
        assertThat(limiter.inFlight()).isEqualTo(100);
    }

    private Thread acquire(int purges) {
        return acquire(ACCOUNT, purges);
    }

    private Thread acquire(String account, int purges) {
        return Thread.ofVirtual().start(() -> {
            try {
                limiter.acquire(account, purges);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void awaitQueued(Thread thread) {
        await().until(() -> thread.getState() == Thread.State.WAITING);
    }

    private static void awaitEnd(Thread thread) {
        await().until(() -> !thread.isAlive());
    }
}

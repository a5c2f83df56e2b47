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
        second.join();
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
    void small_request_waits_behind_a_large_one() throws InterruptedException {
        limiter.acquire(ACCOUNT, 90);
        Thread large = acquire(64);
        awaitQueued(large);
        Thread small = acquire(5);
        awaitQueued(small);
        limiter.release(ACCOUNT, 90);
        large.join();
        small.join();
        assertThat(limiter.inFlight()).isEqualTo(69);
    }

    @Test
    void interrupted_request_takes_nothing_and_delays_no_other() throws InterruptedException {
        limiter.acquire(ACCOUNT, 90);
        Thread large = acquire(64);
        awaitQueued(large);
        Thread small = acquire(5);
        awaitQueued(small);
        large.interrupt();
        small.join();
        assertThat(limiter.inFlight()).isEqualTo(95);
        limiter.release(ACCOUNT, 90);
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
        return Thread.ofVirtual().start(() -> {
            try {
                limiter.acquire(ACCOUNT, purges);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void awaitQueued(Thread thread) {
        await().until(() -> thread.getState() == Thread.State.WAITING);
    }
}

package io.freshet.push.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OriginBackOffTest {

    private static final Duration MAX_PAUSE = Duration.ofSeconds(60);

    private final Time time = new Time();
    private final AdjustableSemaphore requests = new AdjustableSemaphore(16);
    private final OriginBackOff backOff =
            new OriginBackOff(new AdaptiveLimit(16), requests, MAX_PAUSE, time::currentTimeNanos);

    private void rounds(int count, Duration latency) {
        for (int i = 0; i < 40 * count; i++) {
            long startedAt = time.currentTimeNanos();
            time.pass(latency);
            backOff.answered(startedAt, 16);
        }
    }

    @Test
    void well_origin_makes_nothing_wait() {
        rounds(3, Duration.ofMillis(10));
        assertThat(backOff.reason()).isEmpty();
        assertThat(backOff.pause()).isZero();
        assertThat(requests.availablePermits()).isEqualTo(16);
    }

    @Test
    void retry_after_makes_the_domain_wait_with_the_reason() {
        backOff.overloaded(time.currentTimeNanos(), 503, Duration.ofSeconds(10));

        assertThat(backOff.reason()).contains("origin answered 503, waits 10 s");
        time.pass(Duration.ofMillis(9_500));
        assertThat(backOff.reason()).contains("origin answered 503, waits 1 s");
        backOff.overloaded(time.currentTimeNanos(), 429, null);
        assertThat(backOff.pause()).isEqualTo(Duration.ofMillis(500));
        time.pass(Duration.ofMillis(500));
        assertThat(backOff.pause()).isZero();
    }

    @Test
    void retry_after_is_heeded_up_to_the_longest_pause() {
        backOff.overloaded(time.currentTimeNanos(), 429, Duration.ofHours(1));
        assertThat(backOff.pause()).isEqualTo(MAX_PAUSE);
    }

    @Test
    void requests_in_flight_at_an_overload_reduce_the_limit_once() {
        long together = time.currentTimeNanos();
        for (int i = 0; i < 16; i++) {
            time.pass(Duration.ofMillis(1));
            backOff.overloaded(together, 503, null);
        }
        assertThat(requests.availablePermits()).isEqualTo(8);
        assertThat(backOff.reason()).contains("origin answered 503: 8 of 16 requests in flight");
        assertThat(backOff.pause()).isZero();

        backOff.overloaded(time.currentTimeNanos(), 503, null);

        assertThat(requests.availablePermits()).isEqualTo(4);
    }

    @Test
    void slow_origin_gets_room_with_the_reason_and_then_all_requests_again() {
        rounds(10, Duration.ofMillis(100));
        rounds(8, Duration.ofSeconds(3));
        assertThat(backOff.reason())
                .hasValueSatisfying(
                        why -> assertThat(why).matches("origin answers slowly: [1-4] of 16 requests in flight"));
        assertThat(requests.availablePermits()).isBetween(1, 4);

        rounds(80, Duration.ofMillis(100));

        assertThat(backOff.reason()).isEmpty();
        assertThat(requests.availablePermits()).isEqualTo(16);
    }

    @Test
    void missing_answer_counts_as_slow_only_if_it_took_long() {
        rounds(2, Duration.ofMillis(100));
        for (int i = 0; i < 100; i++) {
            backOff.unanswered(time.currentTimeNanos(), 16);
        }
        assertThat(backOff.reason()).isEmpty();
        for (int i = 0; i < 100; i++) {
            long startedAt = time.currentTimeNanos();
            time.pass(Duration.ofSeconds(60));
            backOff.unanswered(startedAt, 16);
        }
        assertThat(backOff.reason()).isPresent();
    }
}

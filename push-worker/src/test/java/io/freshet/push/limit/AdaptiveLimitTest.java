package io.freshet.push.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AdaptiveLimitTest {

    private final Time time = new Time();
    private final AdaptiveLimit limit = new AdaptiveLimit(16);

    /** Answers so many rounds of as many requests as the limit allows. */
    private void rounds(int count, Duration latency) {
        for (int round = 0; round < count; round++) {
            int inFlight = limit.current();
            time.pass(latency);
            for (int i = 0; i < inFlight; i++) {
                limit.answered(latency.toNanos(), inFlight, time.currentTimeNanos());
            }
            time.pass(Duration.ofMillis(100));
            limit.answered(latency.toNanos(), inFlight, time.currentTimeNanos());
        }
    }

    @Test
    void origin_that_keeps_its_latency_gets_all_requests() {
        rounds(100, Duration.ofSeconds(2));
        assertThat(limit.current()).isEqualTo(16);
        assertThat(limit.isReduced()).isFalse();
    }

    @Test
    void origin_that_slows_down_gets_few_requests_until_it_recovers() {
        rounds(20, Duration.ofMillis(100));
        rounds(20, Duration.ofSeconds(2));
        assertThat(limit.current()).isBetween(1, 4);
        assertThat(limit.isReduced()).isTrue();

        rounds(200, Duration.ofMillis(100));

        assertThat(limit.current()).isEqualTo(16);
    }

    @Test
    void origin_that_answers_within_50_ms_is_never_slow() {
        rounds(20, Duration.ofMillis(1));
        rounds(20, Duration.ofMillis(49));
        assertThat(limit.current()).isEqualTo(16);
    }

    @Test
    void small_changes_of_latency_have_no_effect() {
        for (int i = 0; i < 50; i++) {
            rounds(1, Duration.ofMillis(100));
            rounds(1, Duration.ofMillis(140));
        }
        assertThat(limit.current()).isEqualTo(16);
    }

    @Test
    void overload_halves_the_limit_down_to_one() {
        limit.overloaded();
        assertThat(limit.current()).isEqualTo(8);
        for (int i = 0; i < 10; i++) {
            limit.overloaded();
        }
        assertThat(limit.current()).isEqualTo(1);
        rounds(200, Duration.ofMillis(100));
        assertThat(limit.current()).isEqualTo(16);
    }

    @Test
    void limit_does_not_grow_while_fewer_requests_are_made() {
        limit.overloaded();
        for (int i = 0; i < 100; i++) {
            time.pass(Duration.ofMillis(100));
            limit.answered(60_000_000, 1, time.currentTimeNanos());
        }
        assertThat(limit.current()).isEqualTo(8);
    }
}

package io.freshet.push.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Time time = new Time();

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 1_000})
    void requests_of_a_minute_are_those_of_the_rate_within_5_percent(int rate) {
        RateLimit limit = new RateLimit(rate, time);
        time.pass(Duration.ofHours(1)); // saved up as much as possible
        long end = time.currentTimeNanos() + MINUTE.toNanos();
        long begun = 0;
        while (true) {
            time.pass(limit.untilNext());
            if (time.currentTimeNanos() >= end) {
                break;
            }
            assertThat(limit.tryTake()).isTrue();
            begun++;
        }
        assertThat(begun).isBetween(rate * 57L, rate * 63L);
    }

    @Test
    void bytes_of_a_minute_are_those_of_the_rate_within_5_percent_whatever_the_parts() {
        RateLimit limit = new RateLimit(1_000_000, time);
        long read = 0;
        for (int part = 1; time.currentTimeNanos() < MINUTE.toNanos(); part = part * 7 % 65_536 + 1) {
            read += part;
            time.pass(limit.debtAfter(part));
        }
        assertThat(read).isBetween(57_000_000L, 63_000_000L);
    }

    @Test
    void rate_that_nobody_used_for_long_saves_up_a_second() {
        RateLimit limit = new RateLimit(20, time);
        time.pass(Duration.ofHours(1));
        int burst = 0;
        while (limit.tryTake()) {
            burst++;
        }
        assertThat(burst).isEqualTo(20);
    }

    @Test
    void new_rate_has_no_credit() {
        assertThat(new RateLimit(20, time).tryTake()).isFalse();
        assertThat(new RateLimit(20, time).untilNext()).isEqualTo(Duration.ofMillis(50));
    }
}

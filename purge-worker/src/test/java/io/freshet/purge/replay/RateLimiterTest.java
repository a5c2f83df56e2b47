package io.freshet.purge.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimiterTest {

    private long now = 1;

    private final RateLimiter limiter = new RateLimiter(1_000, new TimeMeter() {
        @Override
        public long currentTimeNanos() {
            return now;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    });

    @Test
    void tenth_of_a_second_is_sent_at_once_and_everything_beyond_waits_its_time() {
        assertThat(limiter.pauseAfter(0)).isZero();
        assertThat(limiter.pauseAfter(100)).isZero();
        assertThat(limiter.pauseAfter(500)).isEqualTo(Duration.ofMillis(500));
        assertThat(limiter.pauseAfter(500)).as("behind the one before").isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void idle_time_pays_a_debt_and_saves_up_no_more_than_a_tenth_of_a_second() {
        limiter.pauseAfter(1_100);
        now += Duration.ofHours(1).toNanos();
        assertThat(limiter.pauseAfter(100)).isZero();
        assertThat(limiter.pauseAfter(1)).isEqualTo(Duration.ofMillis(1));
    }
}

package io.freshet.purge.ban;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BanRateTest {

    private long now = 1;

    private final BanRate rate = new BanRate(600, new TimeMeter() {
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
    void sixth_of_a_minutes_bans_is_sent_at_once_and_others_wait() {
        assertThat(rate.send(0)).isZero();
        assertThat(rate.send(100)).isZero();
        assertThat(rate.send(5)).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void bans_count_for_a_minute() {
        rate.send(3);
        now += Duration.ofSeconds(30).toNanos();
        rate.send(2);
        assertThat(rate.lastMinute()).isEqualTo(5);
        now += Duration.ofSeconds(31).toNanos();
        assertThat(rate.lastMinute()).isEqualTo(2);
        now += Duration.ofSeconds(30).toNanos();
        assertThat(rate.lastMinute()).isZero();
    }
}

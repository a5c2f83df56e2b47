package io.freshet.push.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class OriginLimiterTest {

    private static final OriginLimit STANDARD = new OriginLimit(8, DataSize.ofKilobytes(100));

    @Test
    void a_domain_has_one_turnstile_whatever_task_asks_and_its_own_limit_if_it_is_named() {
        OriginLimiters limits =
                new OriginLimiters(STANDARD, List.of(new DomainLimit("*.img.example.com", 2, DataSize.ofBytes(0))));
        assertThat(limits.of("a.test")).isSameAs(limits.of("a.test")).isNotSameAs(limits.of("b.test"));
        assertThat(limits.of("a.test").requests().availablePermits()).isEqualTo(8);
        assertThat(limits.of("*.img.example.com").requests().availablePermits()).isEqualTo(2);
    }

    @Test
    void a_node_gets_its_part_of_the_requests_and_at_least_one() {
        OriginLimiter limiter = new OriginLimiter(STANDARD);
        assertThat(limiter.share("l2-a", 3)).isSameAs(limiter.share("l2-a", 3));
        assertThat(limiter.share("l2-a", 3).availablePermits()).isEqualTo(2);
        assertThat(limiter.share("l2-b", 20).availablePermits()).isEqualTo(1);
    }

    @Test
    void bytes_beyond_one_second_wait_until_they_are_paid_back() {
        Time time = new Time();
        OriginLimiter limiter = new OriginLimiter(STANDARD, time);
        assertThat(limiter.debtAfter(100 * 1024)).isZero();
        assertThat(limiter.debtAfter(10 * 1024)).isEqualTo(Duration.ofMillis(100));
        assertThat(limiter.debtAfter(30 * 1024)).isEqualTo(Duration.ofMillis(400));
        time.pass(Duration.ofMillis(400));
        assertThat(limiter.debtAfter(10 * 1024)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void without_a_limit_of_bytes_nothing_waits() throws Exception {
        OriginLimiter limiter = new OriginLimiter(new OriginLimit(1, DataSize.ofBytes(0)));
        assertThat(limiter.taken(Integer.MAX_VALUE)).isZero();
    }

    @Test
    void limits_without_capacity_or_with_a_duplicated_domain_are_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new OriginLimit(0, DataSize.ofBytes(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new DomainLimit("", 1, DataSize.ofBytes(1)));
        DomainLimit once = new DomainLimit("a.test", 1, DataSize.ofBytes(1));
        assertThatIllegalArgumentException().isThrownBy(() -> new OriginLimiters(STANDARD, List.of(once, once)));
    }

    /** Stands still until it is told to pass. */
    private static final class Time implements TimeMeter {

        private long nanos;

        void pass(Duration duration) {
            nanos += duration.toNanos();
        }

        @Override
        public long currentTimeNanos() {
            return nanos;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}

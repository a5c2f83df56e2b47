package io.freshet.push.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class TurnstileTest {

    private static final Limit STANDARD = new Limit(8, DataSize.ofKilobytes(100));

    @Test
    void a_domain_has_one_turnstile_whatever_task_asks_and_its_own_limit_if_it_is_named() {
        DomainLimits limits =
                new DomainLimits(STANDARD, List.of(new NamedLimit("*.img.example.com", 2, DataSize.ofBytes(0))));
        assertThat(limits.of("a.test")).isSameAs(limits.of("a.test")).isNotSameAs(limits.of("b.test"));
        assertThat(limits.of("a.test").requests().availablePermits()).isEqualTo(8);
        assertThat(limits.of("*.img.example.com").requests().availablePermits()).isEqualTo(2);
    }

    @Test
    void a_node_gets_its_part_of_the_requests_and_at_least_one() {
        Turnstile turnstile = new Turnstile(STANDARD);
        assertThat(turnstile.share("l2-a", 3)).isSameAs(turnstile.share("l2-a", 3));
        assertThat(turnstile.share("l2-a", 3).availablePermits()).isEqualTo(2);
        assertThat(turnstile.share("l2-b", 20).availablePermits()).isEqualTo(1);
    }

    @Test
    void what_is_beyond_a_burst_of_a_second_waits_until_it_is_paid_for() {
        Time time = new Time();
        Turnstile turnstile = new Turnstile(STANDARD, time);
        assertThat(turnstile.debtAfter(100 * 1024)).isZero();
        assertThat(turnstile.debtAfter(10 * 1024)).isEqualTo(Duration.ofMillis(100));
        assertThat(turnstile.debtAfter(30 * 1024)).isEqualTo(Duration.ofMillis(400));
        time.pass(Duration.ofMillis(400));
        assertThat(turnstile.debtAfter(10 * 1024)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void without_a_limit_of_bytes_nothing_waits() throws Exception {
        Turnstile turnstile = new Turnstile(new Limit(1, DataSize.ofBytes(0)));
        assertThat(turnstile.taken(Integer.MAX_VALUE)).isZero();
    }

    @Test
    void limits_that_let_nothing_through_or_name_a_domain_twice_are_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Limit(0, DataSize.ofBytes(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new NamedLimit("", 1, DataSize.ofBytes(1)));
        NamedLimit once = new NamedLimit("a.test", 1, DataSize.ofBytes(1));
        assertThatIllegalArgumentException().isThrownBy(() -> new DomainLimits(STANDARD, List.of(once, once)));
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

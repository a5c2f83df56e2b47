package io.freshet.push.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.freshet.contracts.message.PushLimits;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class OriginLimiterTest {

    private static final OriginLimit STANDARD = new OriginLimit(8, 0, DataSize.ofKilobytes(100));
    private static final Duration MAX_PAUSE = Duration.ofSeconds(60);

    @Test
    void a_domain_has_one_turnstile_whatever_task_asks_and_its_own_limit_if_it_is_named() {
        OriginLimiters limits = new OriginLimiters(
                STANDARD, List.of(new DomainLimit("*.img.example.com", 2, 0, DataSize.ofBytes(0))), MAX_PAUSE);
        assertThat(limits.of("a.test")).isSameAs(limits.of("a.test")).isNotSameAs(limits.of("b.test"));
        assertThat(limits.of("a.test").availableRequests()).isEqualTo(8);
        assertThat(limits.of("*.img.example.com").availableRequests()).isEqualTo(2);
    }

    @Test
    void a_node_gets_its_part_of_the_requests_and_at_least_one() {
        OriginLimiter limiter = new OriginLimiter(STANDARD, MAX_PAUSE, new Time());
        assertThat(limiter.share("l2-a", 3)).isSameAs(limiter.share("l2-a", 3));
        assertThat(limiter.share("l2-a", 3).availablePermits()).isEqualTo(2);
        assertThat(limiter.share("l2-b", 20).availablePermits()).isEqualTo(1);
    }

    @Test
    void bytes_that_were_read_are_paid_back_before_more_are_read() {
        Time time = new Time();
        OriginLimiter limiter = new OriginLimiter(STANDARD, MAX_PAUSE, time);
        assertThat(limiter.debtAfter(10 * 1024)).isEqualTo(Duration.ofMillis(100));
        assertThat(limiter.debtAfter(30 * 1024)).isEqualTo(Duration.ofMillis(400));
        time.pass(Duration.ofMillis(400));
        assertThat(limiter.debtAfter(10 * 1024)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void without_a_limit_of_bytes_nothing_waits() {
        OriginLimiter limiter = new OriginLimiter(new OriginLimit(1, 0, DataSize.ofBytes(0)), MAX_PAUSE, new Time());
        assertThat(limiter.debtAfter(Integer.MAX_VALUE)).isZero();
    }

    @Test
    void limits_of_a_request_hold_besides_those_of_the_domain() throws Exception {
        OriginLimiter origin = new OriginLimiter(STANDARD, MAX_PAUSE, TimeMeter.SYSTEM_NANOTIME);
        RequestLimiter request = new RequestLimiter(new PushLimits(2, 1_000, 5L * 1024));
        TaskLimiter limiter = new TaskLimiter(origin, request, true);
        assertThat(limiter.share("l2-a", 1)).isNotSameAs(origin.share("l2-a", 1));
        assertThat(limiter.share("l2-a", 1).availablePermits()).isEqualTo(2);
        try (OriginRequest first = limiter.begin(_ -> {});
                OriginRequest second = limiter.begin(_ -> {})) {
            assertThat(first).isNotSameAs(second);
            assertThat(request.availableRequests()).isZero();
            assertThat(origin.availableRequests()).isEqualTo(6);
        }
        assertThat(request.availableRequests()).isEqualTo(2);
        assertThat(origin.availableRequests()).isEqualTo(8);
    }

    @Test
    void limits_without_capacity_or_with_a_duplicated_domain_are_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new OriginLimit(0, 0, DataSize.ofBytes(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new DomainLimit("", 1, 0, DataSize.ofBytes(1)));
        DomainLimit once = new DomainLimit("a.test", 1, 0, DataSize.ofBytes(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OriginLimiters(STANDARD, List.of(once, once), MAX_PAUSE));
    }
}

package io.freshet.purge.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.purge.stage.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventClockTest {

    private final SettableClock system = new SettableClock();
    private final EventClock clock = new EventClock(system);

    @Test
    void time_is_the_systems_while_that_moves_on() {
        assertThat(clock.instant()).isEqualTo(system.instant());
        system.advance(Duration.ofMinutes(1));
        assertThat(clock.instant()).isEqualTo(system.instant());
    }

    @Test
    void time_never_runs_back() {
        Instant first = clock.instant();
        system.set(Duration.ofHours(-1));
        Instant second = clock.instant();
        assertThat(second).isAfter(first);
        assertThat(clock.instant()).isAfter(second);
    }

    @Test
    void time_is_later_than_every_observed_time() {
        Instant future = system.instant().plusSeconds(3600);
        clock.observe(future);
        clock.observe(future.minusSeconds(60));
        assertThat(clock.instant()).isAfter(future);
    }
}

package io.freshet.purge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReadPacerTest {

    private static final long MICROS = 1_000;

    private final ReadPacer pacer = new ReadPacer(Duration.ofMillis(250));
    private long now = 77;

    @Test
    void unknown_speed_causes_no_pause() {
        pacer.sent(512, now);
        assertThat(pause()).isZero();
        responses(100, 20_000 * MICROS); // distance says nothing about speed
        assertThat(pause()).isZero();
        responses(4, 10 * MICROS);
        assertThat(pause()).isZero();
        responses(20, 100 * MICROS); // too few of 388
        assertThat(pause()).isZero();
    }

    @Test
    void pause_is_a_quarter_of_the_expected_time() {
        begin(500);
        responses(100, 1_000 * MICROS);
        assertThat(pause()).isEqualTo(400 / 4 * 10 * MICROS);
    }

    @Test
    void all_connections_are_read_at_the_same_moment() {
        begin(500);
        responses(100, 1_000 * MICROS);
        long first = pause();
        now += 300 * MICROS;
        pacer.sent(80, now);
        assertThat(pause()).isEqualTo(first - 300 * MICROS);
    }

    @Test
    void pause_follows_the_speed_of_the_server() {
        begin(400);
        responses(200, 2_000 * MICROS);
        pacer.sent(200, now);
        long before = pause();
        responses(200, before);
        pacer.sent(200, now);
        long faster = pause();
        assertThat(faster).isEqualTo(before / 2);
        responses(25, faster);
        responses(25, faster);
        pacer.sent(50, now);
        assertThat(pause()).isEqualTo(4 * faster);
    }

    @Test
    void pause_is_at_most_half_the_stall_timeout_and_100_ms() {
        ReadPacer shortTimeout = new ReadPacer(Duration.ofMillis(20));
        shortTimeout.sent(64, 0);
        shortTimeout.received(1, 0);
        shortTimeout.received(8, 0);
        assertThat(shortTimeout.pauseNanos(TimeUnit.SECONDS.toNanos(1))).isEqualTo(TimeUnit.MILLISECONDS.toNanos(10));
        ReadPacer longTimeout = new ReadPacer(Duration.ofSeconds(60));
        longTimeout.sent(64, 0);
        longTimeout.received(1, 0);
        longTimeout.received(8, 0);
        assertThat(longTimeout.pauseNanos(TimeUnit.SECONDS.toNanos(1))).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
    }

    @Test
    void idle_server_is_measured_anew() {
        begin(500);
        responses(100, 1_000 * MICROS);
        assertThat(pause()).isPositive();
        responses(300, 1_000 * MICROS);
        pacer.givenUp(100);
        pacer.sent(500, now);
        assertThat(pause()).isZero();
    }

    /** Sends requests and receives the first response, which starts the measurement. */
    private void begin(int requests) {
        pacer.sent(requests + 1, now);
        responses(1, 20_000 * MICROS);
    }

    private void responses(int count, long nanos) {
        now += nanos;
        pacer.received(count, now);
    }

    private long pause() {
        return pacer.pauseNanos(now);
    }
}

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
    void server_of_unknown_speed_is_read_at_once() {
        pacer.sent(512, now);
        assertThat(pause()).isZero();
        responses(100, 20_000 * MICROS); // the server may only be far away
        assertThat(pause()).isZero();
        responses(4, 10 * MICROS);
        assertThat(pause()).isZero();
        responses(20, 100 * MICROS); // too few of 388 to measure
        assertThat(pause()).isZero();
    }

    @Test
    void pause_is_a_quarter_of_the_time_for_all_outstanding_requests() {
        begin(500);
        responses(100, 1_000 * MICROS);
        assertThat(pause()).isEqualTo(400 / 4 * 10 * MICROS);
    }

    @Test
    void connections_pause_until_the_same_moment() {
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
        ReadPacer shortStall = new ReadPacer(Duration.ofMillis(20));
        shortStall.sent(64, 0);
        shortStall.received(1, 0);
        shortStall.received(8, 0);
        assertThat(shortStall.pauseNanos(TimeUnit.SECONDS.toNanos(1))).isEqualTo(TimeUnit.MILLISECONDS.toNanos(10));
        ReadPacer longStall = new ReadPacer(Duration.ofSeconds(60));
        longStall.sent(64, 0);
        longStall.received(1, 0);
        longStall.received(8, 0);
        assertThat(longStall.pauseNanos(TimeUnit.SECONDS.toNanos(1))).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
    }

    @Test
    void server_without_outstanding_requests_is_measured_anew() {
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

package io.freshet.purge.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReadPacerTest {

    private static final long MICROS = 1_000;

    private final ReadPacer pace = new ReadPacer(Duration.ofMillis(250));
    private long now = 77;

    @Test
    void nothing_is_waited_for_while_nobody_knows_how_fast_the_node_is() {
        pace.sent(512, now);
        assertThat(pause()).isZero();
        answers(100, 20_000 * MICROS); // perhaps it is just far away
        assertThat(pause()).isZero();
        answers(4, 10 * MICROS);
        assertThat(pause()).isZero();
        answers(20, 100 * MICROS); // of 388 these are too few to tell
        assertThat(pause()).isZero();
    }

    @Test
    void a_quarter_of_what_is_on_its_way_is_waited_for() {
        begin(500);
        answers(100, 1_000 * MICROS);
        assertThat(pause()).isEqualTo(400 / 4 * 10 * MICROS);
    }

    @Test
    void all_connections_are_looked_at_again_at_the_same_moment() {
        begin(500);
        answers(100, 1_000 * MICROS);
        long first = pause();
        now += 300 * MICROS;
        pace.sent(80, now);
        assertThat(pause()).isEqualTo(first - 300 * MICROS);
    }

    @Test
    void a_node_that_becomes_faster_or_slower_is_waited_for_accordingly() {
        begin(400);
        answers(200, 2_000 * MICROS);
        pace.sent(200, now);
        long before = pause();
        answers(200, before);
        pace.sent(200, now);
        long faster = pause();
        assertThat(faster).isEqualTo(before / 2);
        answers(25, faster);
        answers(25, faster);
        pace.sent(50, now);
        assertThat(pause()).isEqualTo(4 * faster);
    }

    @Test
    void no_pause_is_longer_than_half_a_stall_or_a_tenth_of_a_second() {
        ReadPacer impatient = new ReadPacer(Duration.ofMillis(20));
        impatient.sent(64, 0);
        impatient.answered(1, 0);
        impatient.answered(8, 0);
        assertThat(impatient.pause(TimeUnit.SECONDS.toNanos(1))).isEqualTo(TimeUnit.MILLISECONDS.toNanos(10));
        ReadPacer patient = new ReadPacer(Duration.ofSeconds(60));
        patient.sent(64, 0);
        patient.answered(1, 0);
        patient.answered(8, 0);
        assertThat(patient.pause(TimeUnit.SECONDS.toNanos(1))).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
    }

    @Test
    void a_node_that_had_nothing_to_do_is_known_no_longer() {
        begin(500);
        answers(100, 1_000 * MICROS);
        assertThat(pause()).isPositive();
        answers(300, 1_000 * MICROS);
        pace.lost(100);
        pace.sent(500, now);
        assertThat(pause()).isZero();
    }

    /** So many are on their way, and the clock runs: the first answer of all is there. */
    private void begin(int requests) {
        pace.sent(requests + 1, now);
        answers(1, 20_000 * MICROS);
    }

    private void answers(int count, long nanos) {
        now += nanos;
        pace.answered(count, now);
    }

    private long pause() {
        return pace.pause(now);
    }
}

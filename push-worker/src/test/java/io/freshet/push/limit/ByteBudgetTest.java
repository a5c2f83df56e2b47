package io.freshet.push.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.push.limit.ByteBudget.Reservation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteBudgetTest {

    private static final int MB = 1_000_000;

    private final Time time = new Time();
    private final ByteBudget budget = new ByteBudget(MB, time);

    /** A request whose answer comes after 50 ms and is read after 100 ms, as fast as the origin sends it. */
    private record InFlight(Reservation reservation, int size, long begunAt) {}

    @ParameterizedTest
    @CsvSource({"10000", "100000", "1000000", "10000|10000|10000|500000", "1|2000000"})
    void bytes_that_the_origin_sends_in_a_minute_are_within_5_percent_with_16_requests(String sizes) {
        List<Integer> wanted =
                List.of(sizes.split("\\|")).stream().map(Integer::valueOf).toList();
        Deque<InFlight> inFlight = new ArrayDeque<>();
        long sent = 0;
        int begun = 0;
        for (int millis = 0; millis < 60_000; millis++) {
            while (inFlight.size() < 16) {
                Reservation reservation = budget.tryReserve();
                if (reservation == null) {
                    break;
                }
                int size = wanted.get(begun++ % wanted.size());
                inFlight.add(new InFlight(reservation, size, millis));
                sent += size;
            }
            time.pass(Duration.ofMillis(1));
            for (InFlight request : new ArrayList<>(inFlight)) {
                if (millis - request.begunAt() == 50) {
                    request.reservation().expect(request.size());
                } else if (millis - request.begunAt() == 100) {
                    request.reservation().debtAfter(request.size());
                    request.reservation().end();
                    inFlight.remove(request);
                }
            }
        }
        assertThat(sent).isBetween(57L * MB, 63L * MB);
    }

    @Test
    void body_without_a_length_is_read_no_faster_than_the_rate() {
        time.pass(Duration.ofSeconds(1));
        Reservation reservation = reserved();
        assertThat(reservation.debtAfter(MB)).isZero();
        assertThat(reservation.debtAfter(MB)).isEqualTo(Duration.ofSeconds(1));
        time.pass(Duration.ofSeconds(1));
        assertThat(reservation.debtAfter(MB / 2)).isEqualTo(Duration.ofMillis(500));
        assertThat(budget.tryReserve())
                .as("the next one waits until it is paid")
                .isNull();
    }

    @Test
    void body_that_ends_early_gives_back_what_was_not_read() {
        time.pass(Duration.ofSeconds(1));
        Reservation reservation = reserved();
        reservation.expect(100L * MB);
        assertThat(budget.untilNext()).isGreaterThan(Duration.ofSeconds(99));
        reservation.end();
        assertThat(budget.untilNext()).isZero();
    }

    private Reservation reserved() {
        Reservation reservation = budget.tryReserve();
        assertThat(reservation).isNotNull();
        return reservation;
    }
}

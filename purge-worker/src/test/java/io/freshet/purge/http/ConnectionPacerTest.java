package io.freshet.purge.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConnectionPacerTest {

    private static final long FAR_AHEAD = Duration.ofSeconds(1).toNanos();

    private final ReadPacer server = new ReadPacer(Duration.ofMillis(250));
    private final ConnectionPacer first = new ConnectionPacer(server);
    private final ConnectionPacer second = new ConnectionPacer(server);

    @Test
    void responses_of_all_connections_make_the_common_pause() {
        first.sent(50);
        second.sent(50);
        receive(first, 1);
        receive(first, 9);
        receive(second, 10);
        assertThat(server.pauseNanos(System.nanoTime() + FAR_AHEAD)).isPositive();
    }

    @Test
    void given_up_requests_are_not_outstanding_and_their_responses_not_counted() {
        first.sent(50);
        receive(first, 1);
        receive(first, 9);
        first.giveUp();
        first.received();
        first.reportResponses();
        assertThat(server.pauseNanos(System.nanoTime() + FAR_AHEAD)).isZero();
        first.sent(50); // none were outstanding, so the measurement starts anew
        receive(first, 1);
        assertThat(first.pauseNanos()).isNotPositive();
    }

    @Test
    void unreported_responses_are_reported_when_the_connection_gives_up() {
        first.sent(20);
        receive(first, 1);
        for (int i = 0; i < 10; i++) {
            first.received();
        }
        first.giveUp();
        second.sent(1);
        assertThat(server.pauseNanos(System.nanoTime() + FAR_AHEAD)).isZero();
    }

    private static void receive(ConnectionPacer connection, int responses) {
        for (int i = 0; i < responses; i++) {
            connection.received();
        }
        connection.reportResponses();
    }
}

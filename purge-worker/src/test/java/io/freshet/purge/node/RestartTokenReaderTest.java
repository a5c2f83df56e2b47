package io.freshet.purge.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import io.freshet.purge.http.ScriptedServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestartTokenReaderTest {

    private static final String PAGE = "boot=7;";

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "200, boot=(\\d+), 7",
                "200, boot=\\d+, boot=7",
                "200, start=(\\d+), null",
                "404, boot=(\\d+), null",
                "302, boot=(\\d+), null",
            })
    void token_is_the_first_group_or_match_of_a_page_with_status_200(int status, String pattern, String token)
            throws Exception {
        String response = "HTTP/1.1 " + status + " x\r\nContent-Length: " + PAGE.length() + "\r\n\r\n" + PAGE;
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(response));
                RestartTokenReader reader = reader(server.node(), pattern)) {
            assertThat(reader.read()).isEqualTo(token);
            assertThat(server.purges()).containsExactly("GET /status HTTP/1.1");
        }
    }

    @Test
    void token_of_any_size_is_short_enough_for_a_cursor_and_tells_restarts_apart() throws Exception {
        String token = "x".repeat(900_000);
        String first = readLong(token + "1");
        assertThat(first).hasSizeLessThan(128).isEqualTo(readLong(token + "1")).isNotEqualTo(readLong(token + "2"));
    }

    private static String readLong(String token) throws Exception {
        int length = token.getBytes(StandardCharsets.UTF_8).length;
        String response = "HTTP/1.1 200 x\r\nContent-Length: " + length + "\r\n\r\n" + token;
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(response));
                RestartTokenReader reader = reader(server.node(), ".*")) {
            return Objects.requireNonNull(reader.read());
        }
    }

    @Test
    void node_that_does_not_answer_shows_no_token() throws IOException, InterruptedException {
        try (RefusingPort port = new RefusingPort();
                RestartTokenReader reader = reader(port.node(), "boot=(\\d+)")) {
            assertThat(reader.read()).isNull();
        }
    }

    private static RestartTokenReader reader(Node node, String pattern) {
        return new RestartTokenReader(
                node,
                new Driver.RestartToken("/status", Pattern.compile(pattern), Duration.ZERO),
                Duration.ofSeconds(10));
    }
}

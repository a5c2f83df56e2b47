package io.freshet.purge.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server that answers in every way that servers do. */
class NodeConnectionTest {

    private static final PurgeRequest REQUEST =
            new PurgeRequest("PURGE", "/a", new LinkedHashMap<>(Map.of("Host", "a.test")));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 Purged\r\nContent-Length: 5\r\nX-A:  b \r\n\r\nhello",
                "HTTP/1.1 200 Purged\r\nTransfer-Encoding: chunked\r\nx-a: b\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: t\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 Purged\r\nX-A: b\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 204 Purged\r\nX-A: b\r\n\r\n",
                "HTTP/1.1 200 Purged\nX-A: b\nContent-Length: 0\n\n",
            })
    void reads_an_answer_to_its_end_and_keeps_the_connection(String answer) throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(answer));
                NodeConnection connection = connection(server, Duration.ofSeconds(5))) {
            for (int i = 0; i < 3; i++) {
                PurgeAnswer read = connection.exchange(REQUEST);
                assertThat(read.statusLine()).isIn("200 Purged", "204 Purged");
                assertThat(read.headers()).containsEntry("x-a", "b");
            }
            assertThat(server.connectionsAccepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 404 Not in cache\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno",
                "HTTP/1.1 404 Not in cache\r\n\r\n",
                "HTTP/1.0 404 Not in cache\r\nContent-Length: 2\r\n\r\nno",
            })
    void opens_a_new_connection_where_the_answer_ends_the_old_one(String answer) throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(answer));
                NodeConnection connection = connection(server, Duration.ofSeconds(5))) {
            assertThat(connection.exchange(REQUEST).status()).isEqualTo(404);
            assertThat(connection.exchange(REQUEST).status()).isEqualTo(404);
            assertThat(server.connectionsAccepted()).isEqualTo(2);
        }
    }

    @Test
    void an_answer_may_come_byte_by_byte() throws IOException {
        ScriptedServer.Script slow = (_, out, _) -> {
            for (byte b : "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc".getBytes(StandardCharsets.US_ASCII)) {
                out.write(b);
                out.flush();
            }
        };
        try (ScriptedServer server = new ScriptedServer(slow);
                NodeConnection connection = connection(server, Duration.ofSeconds(5))) {
            assertThat(connection.exchange(REQUEST).status()).isEqualTo(200);
            assertThat(connection.exchange(REQUEST).status()).isEqualTo(200);
        }
    }

    @Test
    void what_a_kept_connection_lost_is_sent_again_on_a_new_one() throws IOException {
        AtomicInteger request = new AtomicInteger();
        ScriptedServer.Script closesAfterEach = (_, out, connection) -> {
            if (request.incrementAndGet() % 2 == 0) {
                connection.close();
            } else {
                out.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        };
        try (ScriptedServer server = new ScriptedServer(closesAfterEach);
                NodeConnection connection = connection(server, Duration.ofSeconds(5))) {
            for (int i = 0; i < 5; i++) {
                assertThat(connection.exchange(REQUEST).status()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH\r\n",
                "HTTP/1.1 abc\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            })
    void what_is_not_http_is_an_error_and_not_an_answer(String answer) throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(answer));
                NodeConnection connection = connection(server, Duration.ofSeconds(5))) {
            assertThatThrownBy(() -> connection.exchange(REQUEST)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void an_answer_that_does_not_come_is_an_error_and_the_next_exchange_does_not_get_it() throws IOException {
        AtomicInteger request = new AtomicInteger();
        ScriptedServer.Script firstHangs = (_, out, _) -> {
            if (request.incrementAndGet() > 1) {
                out.write("HTTP/1.1 200 Second\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        };
        try (ScriptedServer server = new ScriptedServer(firstHangs);
                NodeConnection connection = connection(server, Duration.ofMillis(200))) {
            assertThatThrownBy(() -> connection.exchange(REQUEST)).isInstanceOf(SocketTimeoutException.class);
            assertThat(connection.exchange(REQUEST).reason()).isEqualTo("Second");
            assertThat(server.connectionsAccepted()).isEqualTo(2);
        }
    }

    private static NodeConnection connection(ScriptedServer server, Duration answerTimeout) {
        return new NodeConnection(server.node(), Duration.ofSeconds(5), answerTimeout);
    }
}

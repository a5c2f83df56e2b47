package io.freshet.purge.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.freshet.contracts.Selector;
import io.freshet.fleet.Driver;
import io.freshet.fleet.Node;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.driver.PurgeAnswer;
import io.freshet.purge.driver.PurgeDriver;
import io.freshet.purge.driver.PurgeRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server that answers in every way that servers do. */
class PipelinedHttpConnectionTest {

    private static final PurgeDriver DRIVER =
            PurgeDriver.of(new Node("n1", URI.create("http://127.0.0.1:1"), new Driver.Varnish("varnish", "s3cret")));
    private static final PurgeRequest REQUEST = request("/a");
    private static final int PIPELINED = 64;
    private static final Duration STALL = Duration.ofMillis(200);
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

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
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            for (int i = 0; i < 3; i++) {
                PurgeAnswer read = connection.ask(REQUEST);
                assertThat(read.statusLine()).isIn("200 Purged", "204 Purged");
                assertThat(read.identity()).isEqualTo("b");
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
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            assertThat(connection.ask(REQUEST).status()).isEqualTo(404);
            assertThat(connection.ask(REQUEST).status()).isEqualTo(404);
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
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            assertThat(connection.ask(REQUEST).status()).isEqualTo(200);
            assertThat(connection.ask(REQUEST).status()).isEqualTo(200);
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
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            for (int i = 0; i < 5; i++) {
                assertThat(connection.ask(REQUEST).status()).isEqualTo(200);
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
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "HTTP/1.1 101 Switching Protocols\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
            })
    void what_is_not_http_is_an_error_and_not_an_answer(String answer) throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(answer));
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            assertThatThrownBy(() -> connection.ask(REQUEST)).isInstanceOf(IOException.class);
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
                PipelinedHttpConnection connection = connection(server, Duration.ofMillis(200))) {
            assertThatThrownBy(() -> connection.ask(REQUEST)).isInstanceOf(SocketTimeoutException.class);
            assertThat(connection.ask(REQUEST).reason()).isEqualTo("Second");
            assertThat(server.connectionsAccepted()).isEqualTo(2);
        }
    }

    // ---- pipelining

    @Test
    void every_request_of_a_batch_gets_its_own_answer_in_whatever_pieces_they_come() throws IOException {
        ScriptedServer.Script inPieces = (line, out, _) -> {
            byte[] answer = answerTo(line).getBytes(StandardCharsets.US_ASCII);
            out.write(answer, 0, 7);
            out.flush();
            out.write(answer, 7, answer.length - 7);
        };
        try (ScriptedServer server = new ScriptedServer(inPieces);
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            for (int round = 0; round < 20; round++) {
                assertThat(exchange(connection, 50).identities).containsExactlyElementsOf(paths(0, 50));
            }
            assertThat(server.connectionsAccepted()).isEqualTo(1);
        }
    }

    @Test
    void answers_longer_than_any_buffer_are_told_apart() throws IOException {
        ScriptedServer.Script verbose = (line, out, _) -> {
            String path = line.split(" ")[1];
            String header = "X-Filler: " + "y".repeat(15_000) + "\r\n";
            out.write(("HTTP/1.1 200 OK\r\n" + header + "X-A: " + path + "\r\n" + header
                            + "Content-Length: 100000\r\n\r\n"
                            + "HTTP/1.1 ".repeat(11_112).substring(0, 100_000))
                    .getBytes(StandardCharsets.US_ASCII));
        };
        try (ScriptedServer server = new ScriptedServer(verbose);
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            assertThat(exchange(connection, 10).identities).containsExactlyElementsOf(paths(0, 10));
            assertThat(server.connectionsAccepted()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection: close\r\n", ""})
    void what_had_no_answer_when_the_server_closed_is_sent_again_on_a_new_connection(String farewell)
            throws IOException {
        AtomicInteger count = new AtomicInteger();
        ScriptedServer.Script closing = (line, out, connection) -> {
            boolean last = count.incrementAndGet() % 7 == 0;
            out.write(answerTo(line)
                    .replace("X-A", (last ? farewell : "") + "X-A")
                    .getBytes(StandardCharsets.US_ASCII));
            if (last) {
                connection.close();
            }
        };
        try (ScriptedServer server = new ScriptedServer(closing);
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            assertThat(exchange(connection, 60).identities).containsExactlyElementsOf(paths(0, 60));
            assertThat(server.connectionsAccepted()).isGreaterThanOrEqualTo(60 / 7);
        }
    }

    @Test
    void a_server_that_hangs_up_without_any_answer_is_an_error_and_is_not_asked_again_and_again() throws IOException {
        ScriptedServer.Script hangsUp = (_, _, connection) -> connection.close();
        try (ScriptedServer server = new ScriptedServer(hangsUp);
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            assertThatThrownBy(() -> exchange(connection, 10)).isInstanceOf(IOException.class);
            assertThat(server.connectionsAccepted()).isEqualTo(1);
        }
    }

    @Test
    void behind_an_answer_that_does_not_come_nothing_waits_and_the_answer_is_still_taken() throws IOException {
        CountDownLatch fetchEnds = new CountDownLatch(1);
        ScriptedServer.Script slow = (line, out, _) -> {
            if (line.contains("/3 ")) {
                fetchEnds.await();
            }
            out.write(answerTo(line).getBytes(StandardCharsets.US_ASCII));
        };
        try (ScriptedServer server = new ScriptedServer(slow);
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(30))) {
            Told told = new Told();
            told.whenStalled = fetchEnds::countDown;
            connection.exchange(requests(0, 10), told);
            assertThat(told.stalled).containsExactly(3);
            assertThat(told.identities).containsExactlyElementsOf(paths(0, 4));
            // What the server may still answer to the others does not meet the next batch.
            assertThat(exchange(connection, 5).identities).containsExactlyElementsOf(paths(0, 5));
            assertThat(server.connectionsAccepted()).isEqualTo(2);
        }
    }

    @Test
    void more_follows_before_all_are_answered_and_never_so_much_that_the_server_might_not_take_it() throws IOException {
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger received = new AtomicInteger();
        List<Integer> unanswered = new CopyOnWriteArrayList<>();
        ScriptedServer.Script counting = (line, out, _) -> {
            unanswered.add(received.incrementAndGet() - answered.get());
            // It owes so many answers for as long as it is asked for more.
            if (received.get() > PIPELINED - 16) {
                out.write(answerTo("GET /" + answered.getAndIncrement() + " x").getBytes(StandardCharsets.US_ASCII));
            }
            if (line.contains("/999 ")) {
                while (answered.get() < received.get()) {
                    out.write(answerTo("GET /" + answered.getAndIncrement() + " x")
                            .getBytes(StandardCharsets.US_ASCII));
                }
            }
        };
        try (ScriptedServer server = new ScriptedServer(counting);
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            Told told = new Told();
            told.following.addAll(requests(PIPELINED, 1_000));
            connection.exchange(requests(0, PIPELINED), told);
            assertThat(told.identities).containsExactlyElementsOf(paths(0, 1_000));
            assertThat(told.stalled).isEmpty();
            assertThat(server.connectionsAccepted()).isEqualTo(1);
            assertThat(unanswered).allMatch(count -> count <= PIPELINED);
        }
    }

    @Test
    void what_followed_is_sent_again_too_when_the_server_closes() throws IOException {
        AtomicInteger count = new AtomicInteger();
        ScriptedServer.Script closing = (line, out, connection) -> {
            out.write(answerTo(line).getBytes(StandardCharsets.US_ASCII));
            if (count.incrementAndGet() % 100 == 0) {
                connection.close();
            }
        };
        try (ScriptedServer server = new ScriptedServer(closing);
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            Told told = new Told();
            told.following.addAll(requests(50, 1_000));
            connection.exchange(requests(0, 50), told);
            assertThat(told.identities).containsExactlyElementsOf(paths(0, 1_000));
            assertThat(server.connectionsAccepted()).isGreaterThanOrEqualTo(10);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 Twice\r\nX-A: twice\r\nContent-Length: 0\r\n\r\n",
                "x"
            })
    void what_a_server_says_unasked_is_nobodys_answer(String unasked) throws IOException {
        AtomicInteger count = new AtomicInteger();
        ScriptedServer.Script chatty =
                (line, out, _) -> out.write((answerTo(line) + (count.incrementAndGet() % 5 == 0 ? unasked : ""))
                        .getBytes(StandardCharsets.US_ASCII));
        try (ScriptedServer server = new ScriptedServer(chatty);
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            for (int round = 0; round < 4; round++) {
                assertThat(exchange(connection, 5).identities).containsExactlyElementsOf(paths(0, 5));
            }
        }
    }

    @Test
    void a_connection_that_is_shut_is_never_opened_again() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(OK));
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            assertThat(connection.ask(REQUEST).status()).isEqualTo(200);
            connection.shut();
            assertThatThrownBy(() -> connection.ask(REQUEST)).isInstanceOf(IOException.class);
            assertThat(server.connectionsAccepted()).isEqualTo(1);
        }
    }

    /** What an exchange told. */
    private static final class Told implements PipelinedHttpConnection.Exchange {
        private final List<@Nullable String> identities = new ArrayList<>();
        private final List<Integer> stalled = new ArrayList<>();
        private final Deque<PurgeRequest> following = new ArrayDeque<>();
        private Runnable whenStalled = () -> {};

        @Override
        public void answered(PurgeAnswer answer) {
            identities.add(answer.identity());
        }

        @Override
        public void stalled() {
            stalled.add(identities.size());
            whenStalled.run();
        }

        @Override
        public List<PurgeRequest> more(int most, int bytes) {
            List<PurgeRequest> more = new ArrayList<>();
            int room = bytes;
            while (more.size() < most
                    && !following.isEmpty()
                    && following.peek().length() <= room) {
                room -= following.peek().length();
                more.add(following.remove());
            }
            return more;
        }
    }

    private static Told exchange(PipelinedHttpConnection connection, int count) throws IOException {
        Told told = new Told();
        connection.exchange(requests(0, count), told);
        return told;
    }

    private static List<PurgeRequest> requests(int from, int to) {
        return paths(from, to).stream().map(PipelinedHttpConnectionTest::request).toList();
    }

    private static List<String> paths(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "/" + i).toList();
    }

    private static PurgeRequest request(String path) {
        return DRIVER.request(Purge.of(Selector.URL, "http://a.test" + path, false));
    }

    /** Shows which request it answers. */
    private static String answerTo(String line) {
        return "HTTP/1.1 200 OK\r\nX-A: " + line.split(" ")[1] + "\r\nContent-Length: 3\r\n\r\nabc";
    }

    private static PipelinedHttpConnection connection(ScriptedServer server, Duration answerTimeout) {
        return new PipelinedHttpConnection(
                server.node(), "X-A", PIPELINED, new ReadPacer(STALL), Duration.ofSeconds(5), answerTimeout, STALL);
    }
}

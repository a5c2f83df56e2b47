package io.freshet.purge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
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

/** Connection to a server that answers in all ways that servers do. */
class PipelinedHttpConnectionTest {

    private static final byte[] REQUEST = request("/a");
    private static final int PIPELINED = 64;
    private static final Duration STALL = Duration.ofMillis(200);
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 Purged\r\nContent-Length: 5\r\nX-A:  b \r\n\r\nhello",
                "HTTP/1.1 200 Purged\r\nTransfer-Encoding: chunked\r\nx-a: b\r\n\r\n"
                        + "3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: t\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                        + "HTTP/1.1 200 Purged\r\nX-A: b\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 204 Purged\r\nX-A: b\r\n\r\n",
                "HTTP/1.1 200 Purged\nX-A: b\nContent-Length: 0\n\n",
            })
    void response_is_read_to_its_end_and_the_connection_kept(String answer) throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(answer));
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            for (int i = 0; i < 3; i++) {
                ResponseHead read = connection.send(REQUEST);
                assertThat(read.status()).isIn(200, 204);
                assertThat(read.reason()).isEqualTo("Purged");
                assertThat(read.headers().get("x-a")).isEqualTo("b");
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
    void response_that_ends_the_connection_makes_the_next_request_open_another(String answer) throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(answer));
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            assertThat(connection.send(REQUEST).status()).isEqualTo(404);
            assertThat(connection.send(REQUEST).status()).isEqualTo(404);
            assertThat(server.connectionsAccepted()).isEqualTo(2);
        }
    }

    @Test
    void response_that_comes_byte_by_byte_is_read() throws IOException {
        ScriptedServer.Script slow = (_, out, _) -> {
            for (byte b : "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc".getBytes(StandardCharsets.US_ASCII)) {
                out.write(b);
                out.flush();
            }
        };
        try (ScriptedServer server = new ScriptedServer(slow);
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            assertThat(connection.send(REQUEST).status()).isEqualTo(200);
            assertThat(connection.send(REQUEST).status()).isEqualTo(200);
        }
    }

    @Test
    void request_lost_by_a_kept_connection_is_sent_again_on_a_new_one() throws IOException {
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
                assertThat(connection.send(REQUEST).status()).isEqualTo(200);
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
    void invalid_http_is_an_error_and_no_response(String answer) throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(answer));
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            assertThatThrownBy(() -> connection.send(REQUEST)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void missing_response_is_an_error_and_never_meets_the_next_exchange() throws IOException {
        AtomicInteger request = new AtomicInteger();
        ScriptedServer.Script firstHangs = (_, out, _) -> {
            if (request.incrementAndGet() > 1) {
                out.write("HTTP/1.1 200 Second\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        };
        try (ScriptedServer server = new ScriptedServer(firstHangs);
                PipelinedHttpConnection connection = connection(server, Duration.ofMillis(200))) {
            assertThatThrownBy(() -> connection.send(REQUEST)).isInstanceOf(SocketTimeoutException.class);
            assertThat(connection.send(REQUEST).reason()).isEqualTo("Second");
            assertThat(server.connectionsAccepted()).isEqualTo(2);
        }
    }

    // ---- pipelining

    @Test
    void pipelined_requests_get_their_own_responses_in_any_fragmentation() throws IOException {
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
    void responses_longer_than_the_buffer_are_separated() throws IOException {
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
    void outstanding_requests_are_sent_again_when_the_server_closes(String farewell) throws IOException {
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
    void server_that_closes_without_a_response_is_an_error_without_retry() throws IOException {
        ScriptedServer.Script hangsUp = (_, _, connection) -> connection.close();
        try (ScriptedServer server = new ScriptedServer(hangsUp);
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            assertThatThrownBy(() -> exchange(connection, 10)).isInstanceOf(IOException.class);
            assertThat(server.connectionsAccepted()).isEqualTo(1);
        }
    }

    @Test
    void stalled_request_releases_those_behind_it_and_still_gets_its_response() throws IOException {
        CountDownLatch fetchEnds = new CountDownLatch(1);
        ScriptedServer.Script slow = (line, out, _) -> {
            if (line.contains("/3 ")) {
                fetchEnds.await();
            }
            out.write(answerTo(line).getBytes(StandardCharsets.US_ASCII));
        };
        try (ScriptedServer server = new ScriptedServer(slow);
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(30), STALL)) {
            RecordingHandler handler = new RecordingHandler();
            handler.whenStalled = fetchEnds::countDown;
            connection.exchange(requests(0, 10), handler);
            assertThat(handler.stalled).containsExactly(3);
            assertThat(handler.identities).containsExactlyElementsOf(paths(0, 4));
            // Late responses to the others do not meet the next exchange.
            assertThat(exchange(connection, 5).identities).containsExactlyElementsOf(paths(0, 5));
            assertThat(server.connectionsAccepted()).isEqualTo(2);
        }
    }

    @Test
    void window_is_refilled_before_it_is_empty_and_never_exceeded() throws IOException {
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger received = new AtomicInteger();
        List<Integer> unanswered = new CopyOnWriteArrayList<>();
        ScriptedServer.Script counting = (line, out, _) -> {
            unanswered.add(received.incrementAndGet() - answered.get());
            // Keeps a backlog of responses as long as requests come.
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
            RecordingHandler handler = new RecordingHandler();
            handler.following.addAll(requests(PIPELINED, 1_000));
            connection.exchange(requests(0, PIPELINED), handler);
            assertThat(handler.identities).containsExactlyElementsOf(paths(0, 1_000));
            assertThat(handler.stalled).isEmpty();
            assertThat(server.connectionsAccepted()).isEqualTo(1);
            assertThat(unanswered).allMatch(count -> count <= PIPELINED);
        }
    }

    @Test
    void refilled_requests_are_sent_again_when_the_server_closes() throws IOException {
        AtomicInteger count = new AtomicInteger();
        ScriptedServer.Script closing = (line, out, connection) -> {
            out.write(answerTo(line).getBytes(StandardCharsets.US_ASCII));
            if (count.incrementAndGet() % 100 == 0) {
                connection.close();
            }
        };
        try (ScriptedServer server = new ScriptedServer(closing);
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            RecordingHandler handler = new RecordingHandler();
            handler.following.addAll(requests(50, 1_000));
            connection.exchange(requests(0, 50), handler);
            assertThat(handler.identities).containsExactlyElementsOf(paths(0, 1_000));
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
    void unrequested_response_is_taken_for_none(String unrequested) throws IOException {
        AtomicInteger count = new AtomicInteger();
        ScriptedServer.Script chatty =
                (line, out, _) -> out.write((answerTo(line) + (count.incrementAndGet() % 5 == 0 ? unrequested : ""))
                        .getBytes(StandardCharsets.US_ASCII));
        try (ScriptedServer server = new ScriptedServer(chatty);
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            for (int round = 0; round < 4; round++) {
                assertThat(exchange(connection, 5).identities).containsExactlyElementsOf(paths(0, 5));
            }
        }
    }

    @Test
    void aborted_connection_is_never_opened_again() throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.saying(OK));
                PipelinedHttpConnection connection = connection(server, Duration.ofSeconds(5))) {
            assertThat(connection.send(REQUEST).status()).isEqualTo(200);
            connection.abort();
            assertThatThrownBy(() -> connection.send(REQUEST)).isInstanceOf(IOException.class);
            assertThat(server.connectionsAccepted()).isEqualTo(1);
        }
    }

    @Test
    void stalled_exchange_ends_if_its_handler_does_not_want_to_wait() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer((_, _, _) -> never.await());
                PipelinedHttpConnection connection =
                        connection(server, Duration.ofSeconds(30), Duration.ofMillis(100))) {
            RecordingHandler handler = new RecordingHandler();
            handler.waitsWhenStalled = false;
            assertThatThrownBy(() -> connection.exchange(List.of(REQUEST), handler))
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(handler.stalled).hasSize(1);
        } finally {
            never.countDown();
        }
    }

    /** Records the events of an exchange. */
    private static final class RecordingHandler implements PipelineHandler {
        private final List<@Nullable String> identities = new ArrayList<>();
        private final List<Integer> stalled = new ArrayList<>();
        private final Deque<byte[]> following = new ArrayDeque<>();
        private Runnable whenStalled = () -> {};
        private boolean waitsWhenStalled = true;

        @Override
        public void onResponse(ResponseHead response) {
            identities.add(response.headers().get("x-a"));
        }

        @Override
        public boolean onStall() {
            stalled.add(identities.size());
            whenStalled.run();
            return waitsWhenStalled;
        }

        @Override
        public List<byte[]> nextRequests(int maxRequests, int maxBytes) {
            List<byte[]> next = new ArrayList<>();
            int bytesLeft = maxBytes;
            while (next.size() < maxRequests && !following.isEmpty() && following.peek().length <= bytesLeft) {
                bytesLeft -= following.peek().length;
                next.add(following.remove());
            }
            return next;
        }
    }

    private static RecordingHandler exchange(PipelinedHttpConnection connection, int count) throws IOException {
        RecordingHandler handler = new RecordingHandler();
        connection.exchange(requests(0, count), handler);
        return handler;
    }

    private static List<byte[]> requests(int from, int to) {
        return paths(from, to).stream()
                .map(PipelinedHttpConnectionTest::request)
                .toList();
    }

    private static List<String> paths(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "/" + i).toList();
    }

    private static byte[] request(String path) {
        return ("PURGE " + path + " HTTP/1.1\r\nHost: a.test\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns a response that names its request. */
    private static String answerTo(String line) {
        return "HTTP/1.1 200 OK\r\nX-A: " + line.split(" ")[1] + "\r\nContent-Length: 3\r\n\r\nabc";
    }

    /** Returns a connection that never stalls. */
    private static PipelinedHttpConnection connection(ScriptedServer server, Duration answerTimeout) {
        return connection(server, answerTimeout, answerTimeout);
    }

    private static PipelinedHttpConnection connection(
            ScriptedServer server, Duration answerTimeout, Duration stallTimeout) {
        return new PipelinedHttpConnection(
                new HttpEndpoint("127.0.0.1", server.port(), false),
                List.of("x-a"),
                new PipelineLimits(PIPELINED, Duration.ofSeconds(5), answerTimeout, stallTimeout),
                new ReadPacer(stallTimeout));
    }
}

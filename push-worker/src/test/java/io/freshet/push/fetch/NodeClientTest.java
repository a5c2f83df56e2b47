package io.freshet.push.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import io.freshet.push.fetch.FetchOutcome.Fetched;
import io.freshet.push.fetch.FetchOutcome.NoConnection;
import io.freshet.push.fetch.FetchOutcome.NotStored;
import io.freshet.push.fetch.FetchOutcome.Rejected;
import io.freshet.push.fetch.FetchOutcome.Retryable;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Client against sockets that answer byte by byte as scripted. */
class NodeClientTest {

    private static final PublicUrl URL = PublicUrl.parse("https://www.example.com/a.png?x=1");
    private static final Driver VARNISH = new Driver.Varnish("varnish", "t");
    private static final Driver HTTP = new Driver.Http("nginx", "PURGE", Map.of(), null, "", null, null, null);
    private static final FetchTimeouts TIMEOUTS =
            new FetchTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(60));

    /** Answers one request, whose lines it is given, on a connection that it may break. */
    @FunctionalInterface
    interface Script {
        void answer(List<String> request, Socket connection) throws IOException;
    }

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<List<String>> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private ServerSocket server;
    private volatile Script script = (_, _) -> {};

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void the_request_carries_the_public_host_and_scheme_and_nothing_of_its_own_making() throws Exception {
        script = answers("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
        assertThat(get(HTTP, Map.of("Accept-Encoding", "br"), TIMEOUTS)).isEqualTo(new Fetched(3, false));
        assertThat(requests).singleElement().satisfies(lines -> {
            assertThat(lines.getFirst()).isEqualTo("GET /a.png?x=1 HTTP/1.1");
            assertThat(lines.subList(1, lines.size()))
                    .containsExactlyInAnyOrder(
                            "Accept-Encoding: br",
                            "Host: www.example.com",
                            "X-Forwarded-Proto: https",
                            "User-Agent: Freshet");
        });
    }

    @ParameterizedTest
    @CsvSource({"/a[1]|{2}?b=^`\\", "//double//slash", "/%7e~/../x", "/a;b=c?d=%2F?e"})
    void the_request_target_goes_out_byte_for_byte(String target) throws Exception {
        script = answers("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        try (NodeClient client = new NodeClient(TIMEOUTS, meters, Clock.systemUTC())) {
            client.get(
                    node(HTTP),
                    new PublicUrl("http", "a.test:81", target),
                    Map.of(),
                    ReadThrottle.UNLIMITED,
                    BodySink.DISCARD);
        }
        assertThat(requests.getFirst()).contains("GET " + target + " HTTP/1.1", "Host: a.test:81");
    }

    @Test
    void connections_are_kept_and_one_that_the_node_has_closed_is_not_used_again() throws Exception {
        try (NodeClient client = new NodeClient(TIMEOUTS, meters, Clock.systemUTC())) {
            script = answers("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na");
            client.get(node(HTTP), URL, Map.of(), ReadThrottle.UNLIMITED, BodySink.DISCARD);
            client.get(node(HTTP), URL, Map.of(), ReadThrottle.UNLIMITED, BodySink.DISCARD);
            assertThat(connections).hasValue(1);
            script = (request, connection) -> {
                answers("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\na")
                        .answer(request, connection);
                connection.close();
            };
            client.get(node(HTTP), URL, Map.of(), ReadThrottle.UNLIMITED, BodySink.DISCARD);
            assertThat(client.get(node(HTTP), URL, Map.of(), ReadThrottle.UNLIMITED, BodySink.DISCARD))
                    .isEqualTo(new Fetched(1, false));
        }
    }

    @Test
    void a_body_shorter_than_its_content_length_is_a_failure() throws Exception {
        script = (request, connection) -> {
            answers("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this").answer(request, connection);
            connection.close();
        };
        assertThat(get(HTTP)).isEqualTo(new Retryable("the body broke off after 9 bytes", null));
    }

    @Test
    void a_chunked_body_without_its_last_chunk_is_a_failure() throws Exception {
        script = (request, connection) -> {
            answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
                    .answer(request, connection);
            connection.close();
        };
        assertThat(get(HTTP)).isEqualTo(new Retryable("the body broke off after 5 bytes", null));
    }

    @Test
    void a_compressed_body_is_counted_as_it_travels() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(new byte[50_000]);
        }
        script = (request, connection) -> {
            answers("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + packed.size() + "\r\n\r\n")
                    .answer(request, connection);
            packed.writeTo(connection.getOutputStream());
        };
        assertThat(get(HTTP)).isEqualTo(new Fetched(packed.size(), false));
    }

    @Test
    void a_redirect_is_not_followed_and_a_cookie_not_kept() throws Exception {
        script = answers("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:" + server.getLocalPort()
                + "/elsewhere\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n");
        try (NodeClient client = new NodeClient(TIMEOUTS, meters, Clock.systemUTC())) {
            for (int i = 0; i < 2; i++) {
                assertThat(client.get(node(HTTP), URL, Map.of(), ReadThrottle.UNLIMITED, BodySink.DISCARD))
                        .isEqualTo(new Rejected("origin answered 302"));
            }
        }
        assertThat(requests)
                .hasSize(2)
                .allSatisfy(lines -> assertThat(lines)
                        .contains("GET /a.png?x=1 HTTP/1.1")
                        .noneMatch(line -> line.startsWith("Cookie")));
    }

    @ParameterizedTest
    @CsvSource({"400", "401", "403", "404", "410", "304"})
    void permanent_status_is_rejected(int status) throws Exception {
        script = answers("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n");
        assertThat(get(HTTP)).isEqualTo(new Rejected("origin answered " + status));
    }

    @ParameterizedTest
    @CsvSource({
        "203, kept a response (203)",
        "204, kept an empty response (204)",
        "300, kept a redirect (300)",
        "301, kept a redirect (301)",
        "302, kept a redirect (302)",
        "307, kept a redirect (307)",
        "308, kept a redirect (308)"
    })
    void stored_response_that_is_no_error_is_fetched_with_a_remark(int status, String remark) throws Exception {
        script = answers("HTTP/1.1 " + status + " X\r\nFreshet-Stored: yes\r\nLocation: /b\r\n"
                + (status == 204 ? "\r\n" : "Content-Length: 1\r\n\r\na"));
        assertThat(get(VARNISH)).isEqualTo(new Fetched(status == 204 ? 0 : 1, true, remark));
        script = answers("HTTP/1.1 " + status + " X\r\nFreshet-Stored: no\r\n"
                + (status == 204 ? "\r\n" : "Content-Length: 0\r\n\r\n"));
        assertThat(get(VARNISH)).isEqualTo(new NotStored("answered " + status + ", but the node did not store it"));
    }

    @ParameterizedTest
    @CsvSource({"300", "301", "308"})
    void lasting_redirect_of_a_node_that_tells_nothing_is_trusted_like_a_page(int status) throws Exception {
        script = answers("HTTP/1.1 " + status + " X\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n");
        assertThat(get(HTTP)).isEqualTo(new Fetched(0, false, "fetched a redirect (" + status + ")"));
    }

    @ParameterizedTest
    @CsvSource({"404", "405", "410", "414", "206", "304"})
    void stored_error_is_rejected_and_said_to_be_kept(int status) throws Exception {
        script = answers("HTTP/1.1 " + status + " X\r\nFreshet-Stored: yes\r\nContent-Length: 0\r\n\r\n");
        assertThat(get(VARNISH))
                .isEqualTo(new Rejected("origin answered " + status + ", and the node keeps this error"));
    }

    @ParameterizedTest
    @CsvSource({"500", "501", "503"})
    void stored_server_error_is_retried_and_said_to_be_kept(int status) throws Exception {
        script = answers("HTTP/1.1 " + status + " X\r\nFreshet-Stored: yes\r\nContent-Length: 0\r\n\r\n");
        assertThat(get(VARNISH))
                .isEqualTo(new Retryable("answered " + status + ", and the node keeps this error", null, status));
    }

    @Test
    void temporary_status_returns_its_retry_after() throws Exception {
        script = answers("HTTP/1.1 429 X\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n");
        assertThat(get(HTTP)).isEqualTo(new Retryable("answered 429", Duration.ofSeconds(7), 429));
        script = answers("HTTP/1.1 503 X\r\nContent-Length: 4\r\n\r\noops");
        assertThat(get(HTTP)).isEqualTo(new Retryable("answered 503", null, 503));
    }

    @Test
    void a_varnish_is_asked_whether_it_keeps_the_object_and_is_believed() throws Exception {
        script = answers("HTTP/1.1 200 OK\r\nFreshet-Stored: yes\r\nContent-Length: 1\r\n\r\na");
        assertThat(get(VARNISH)).isEqualTo(new Fetched(1, true));
        assertThat(requests.getFirst()).contains("Freshet-Push: 1", "Freshet-Token: t");
        script = answers("HTTP/1.1 200 OK\r\nFreshet-Stored: no\r\nContent-Length: 1\r\n\r\na");
        assertThat(get(VARNISH)).isEqualTo(new NotStored("answered 200, but the node did not store it"));
        assertThat(get(HTTP))
                .as("another server passes on whatever an origin says")
                .isEqualTo(new Fetched(1, false));
        assertThat(requests.getLast()).as("no token for others").noneMatch(line -> line.startsWith("Freshet-Token"));
        script = answers("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na");
        assertThat(get(VARNISH)).isEqualTo(new Fetched(1, false));
    }

    @Test
    void port_without_a_listener_means_no_connection() throws Exception {
        try (Socket reserved = new Socket();
                NodeClient client = new NodeClient(TIMEOUTS, meters, Clock.systemUTC())) {
            // Bound and not listening: unlike a port that was closed, no other process can take it.
            reserved.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Node node = new Node("l2-a", URI.create("http://127.0.0.1:" + reserved.getLocalPort()), HTTP);
            assertThat(client.get(node, URL, Map.of(), ReadThrottle.UNLIMITED, BodySink.DISCARD))
                    .isEqualTo(new NoConnection("connection refused"));
        }
    }

    @Test
    void a_node_that_says_nothing_is_left_after_the_idle_time() throws Exception {
        FetchTimeouts impatient =
                new FetchTimeouts(Duration.ofSeconds(5), Duration.ofMillis(200), Duration.ofSeconds(30));
        assertThat(get(HTTP, Map.of(), impatient))
                .isInstanceOfSatisfying(
                        Retryable.class, failed -> assertThat(failed.reason()).startsWith("no answer for"));
    }

    @Test
    void a_node_that_drips_for_ever_is_left_after_the_total_time() throws Exception {
        script = (request, connection) -> {
            answers("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n").answer(request, connection);
            drip(connection);
        };
        FetchTimeouts impatient =
                new FetchTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(300));
        assertThat(get(HTTP, Map.of(), impatient)).isEqualTo(new Retryable("not done after 0 s", null));
    }

    @Test
    void waiting_that_the_pace_imposes_does_not_count_as_the_nodes_time() throws Exception {
        List<Integer> taken = new CopyOnWriteArrayList<>();
        script = (request, connection) -> {
            answers("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n").answer(request, connection);
            for (int sent = 0; sent < 4; sent++) {
                int before = sent;
                await().until(() -> taken.size() == before);
                connection.getOutputStream().write('a');
            }
        };
        ReadThrottle slow = bytes -> {
            Duration pause = Duration.ofMillis(300);
            new CompletableFuture<Void>()
                    .completeOnTimeout(null, 300, TimeUnit.MILLISECONDS)
                    .join();
            taken.add(bytes);
            return pause;
        };
        FetchTimeouts shorterThanThat =
                new FetchTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(1));
        try (NodeClient client = new NodeClient(shorterThanThat, meters, Clock.systemUTC())) {
            assertThat(client.get(node(HTTP), URL, Map.of(), slow, BodySink.DISCARD))
                    .isEqualTo(new Fetched(4, false));
        }
    }

    @Test
    void an_interrupt_ends_a_request_at_once() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        try (NodeClient client = new NodeClient(TIMEOUTS, meters, Clock.systemUTC())) {
            Thread thread = Thread.ofVirtual().start(() -> {
                try {
                    client.get(node(HTTP), URL, Map.of(), ReadThrottle.UNLIMITED, BodySink.DISCARD);
                    interrupted.complete(false);
                } catch (InterruptedException e) {
                    interrupted.complete(true);
                }
            });
            await().until(() -> requests.size() == 1);
            thread.interrupt();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(interrupted).isCompletedWithValue(true));
        }
    }

    @Test
    void sink_receives_the_response_as_it_travelled() throws Exception {
        script = answers("HTTP/1.1 301 X\r\nLocation: /b\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n");
        RecordingSink sink = new RecordingSink();
        try (NodeClient client = new NodeClient(TIMEOUTS, meters, Clock.systemUTC())) {
            assertThat(client.get(node(HTTP), URL, Map.of(), ReadThrottle.UNLIMITED, sink))
                    .isEqualTo(new Fetched(5, false, "fetched a redirect (301)"));
            assertThat(sink.received).hasToString("301 /b null hello");
            script = answers("HTTP/1.1 404 X\r\nContent-Length: 4\r\n\r\noops");
            client.get(node(HTTP), URL, Map.of(), ReadThrottle.UNLIMITED, sink);
            assertThat(sink.received).as("an error is not the object").hasToString("301 /b null hello");
        }
    }

    private static final class RecordingSink implements BodySink {

        private final StringBuilder received = new StringBuilder();

        @Override
        public void start(int status, UnaryOperator<@Nullable String> header) {
            received.append(status)
                    .append(' ')
                    .append(header.apply("location"))
                    .append(' ')
                    .append(header.apply("ETag"))
                    .append(' ');
        }

        @Override
        public void write(byte[] buffer, int offset, int length) {
            received.append(new String(buffer, offset, length, ISO_8859_1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"})
    void answer_that_is_not_http_is_a_temporary_failure(String answer) throws Exception {
        script = answers(answer);
        assertThat(get(HTTP)).isEqualTo(new Retryable("the answer is not valid HTTP", null));
    }

    @Test
    void outcomes_and_bytes_are_counted_and_no_metric_knows_a_url() throws Exception {
        script = answers("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        try (NodeClient client = new NodeClient(TIMEOUTS, meters, Clock.systemUTC())) {
            client.get(node(HTTP), URL, Map.of(), ReadThrottle.UNLIMITED, BodySink.DISCARD);
        }
        assertThat(meters.get("freshet.push.requests")
                        .tag("outcome", "fetched")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("freshet.push.bytes").counter().count()).isEqualTo(5);
        assertThat(meters.get("freshet.push.in.flight").gauge().value()).isZero();
        assertThat(meters.getMeters())
                .allSatisfy(meter -> assertThat(meter.getId().toString()).doesNotContain("example.com"));
    }

    private FetchOutcome get(Driver driver) throws Exception {
        return get(driver, Map.of(), TIMEOUTS);
    }

    private FetchOutcome get(Driver driver, Map<String, String> headers, FetchTimeouts timeouts) throws Exception {
        try (NodeClient client = new NodeClient(timeouts, new SimpleMeterRegistry(), Clock.systemUTC())) {
            return client.get(node(driver), URL, headers, ReadThrottle.UNLIMITED, BodySink.DISCARD);
        }
    }

    private Node node(Driver driver) {
        return new Node("l2-a", URI.create("http://127.0.0.1:" + server.getLocalPort()), driver);
    }

    private static Script answers(String answer) {
        return (_, connection) -> connection.getOutputStream().write(answer.getBytes(ISO_8859_1));
    }

    private static void drip(Socket connection) throws IOException {
        OutputStream out = connection.getOutputStream();
        while (!connection.isClosed()) {
            out.write('x');
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofMillis(20).toNanos());
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            BufferedReader in = new BufferedReader(new InputStreamReader(connection.getInputStream(), ISO_8859_1));
            List<String> lines = new ArrayList<>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.isEmpty()) {
                    lines.add(line);
                    continue;
                }
                List<String> request = List.copyOf(lines);
                lines.clear();
                requests.add(request);
                script.answer(request, connection);
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }
}

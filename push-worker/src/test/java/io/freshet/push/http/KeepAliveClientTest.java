package io.freshet.push.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections to a server that answers each request as told, and may end or misuse its connections at any time. */
class KeepAliveClientTest {

    private static final String RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na";
    private static final byte[] REQUEST = "GET / HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1);

    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile String response = RESPONSE;
    private ServerSocket server;
    private KeepAliveClient client;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
        client = new KeepAliveClient(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(60));
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    @Test
    void connection_is_kept_for_the_next_request() throws Exception {
        get();
        get();
        assertThat(connections).hasSize(1);
    }

    @Test
    void kept_connection_that_the_server_has_closed_is_replaced() throws Exception {
        get();
        connections.getFirst().close();
        get();
        assertThat(connections).hasSize(2);
    }

    @Test
    void kept_connection_that_the_server_has_reset_is_replaced() throws Exception {
        get();
        connections.getFirst().setSoLinger(true, 0);
        connections.getFirst().close();
        get();
        assertThat(connections).hasSize(2);
    }

    @Test
    void new_connection_that_ends_without_a_response_is_a_failure() {
        response = "";
        assertThatThrownBy(this::get).isInstanceOf(IOException.class);
        assertThat(requests).hasValue(1);
    }

    @Test
    void kept_connection_that_ends_within_a_response_is_a_failure() throws Exception {
        get();
        response = "HTTP/1.1 200 OK\r\nContent-Le";
        assertThatThrownBy(this::get).isInstanceOf(IOException.class);
        assertThat(requests).hasValue(2);
    }

    @Test
    void bytes_that_nobody_asked_for_never_answer_the_next_request() throws Exception {
        response = RESPONSE + "HTTP/1.1 299 Forged\r\nContent-Length: 0\r\n\r\n";
        get();
        response = RESPONSE;
        get();
        assertThat(connections).hasSize(2);
        connections.getLast().getOutputStream().write("HTTP/1.1 299 Forged\r\n\r\n".getBytes(ISO_8859_1));
        await().untilAsserted(() -> {
            get();
            assertThat(connections).hasSize(3);
        });
    }

    @Test
    void connection_of_an_exchange_that_was_closed_early_is_not_kept() throws Exception {
        client.send(address(), REQUEST).close();
        get();
        assertThat(connections).hasSize(2);
    }

    @Test
    void idle_connection_is_closed_after_some_seconds() throws Exception {
        get();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> connections.getFirst().isClosed()); // by the server, after the client
    }

    @Test
    void exchanges_at_the_same_time_have_connections_of_their_own() throws Exception {
        try (Exchange first = client.send(address(), REQUEST);
                Exchange second = client.send(address(), REQUEST)) {
            assertThat(first.header().status()).isEqualTo(200);
            assertThat(second.header().status()).isEqualTo(200);
        }
        assertThat(connections).hasSize(2);
    }

    private void get() throws IOException, InterruptedException {
        try (Exchange exchange = client.send(address(), REQUEST)) {
            assertThat(exchange.header().status()).isEqualTo(200);
            exchange.readBody(bytes -> assertThat((char) bytes.get()).isEqualTo('a'));
        }
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                connections.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            BufferedReader in = new BufferedReader(new InputStreamReader(connection.getInputStream(), ISO_8859_1));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.isEmpty()) {
                    requests.incrementAndGet();
                    connection.getOutputStream().write(response.getBytes(ISO_8859_1));
                    if (!response.startsWith(RESPONSE)) {
                        return;
                    }
                }
            }
        } catch (IOException e) {
            // Closed by the test.
        }
    }
}

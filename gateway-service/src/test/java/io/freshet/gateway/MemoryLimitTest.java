package io.freshet.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Requests of one account that hold much memory, and the requests of another one beside them. */
class MemoryLimitTest {

    private static final int LARGEST_BODY = 1_536 * 1_024;

    private static TaskServiceContract taskService;
    private static Gateway gateway;

    private final List<Socket> open = new ArrayList<>();

    @BeforeAll
    static void start() {
        taskService = new TaskServiceContract();
        gateway = Gateway.start(
                "localhost:1",
                taskService.url(),
                Map.of(
                        "freshet.gateway.memory.max-bytes", "16MB",
                        "freshet.gateway.memory.max-bytes-per-account", "8MB",
                        "freshet.gateway.batches.buffer-size", "4MB",
                        "freshet.gateway.batches.max-uploads-per-account", "1"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        taskService.close();
    }

    @AfterEach
    void disconnect() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
        taskService.reset();
        Awaitility.await().until(() -> heldBytes() == 0);
    }

    @Test
    void announced_bodies_that_do_not_arrive_hold_almost_nothing() throws IOException {
        for (int i = 0; i < 40; i++) {
            send(
                    "acme",
                    "POST /v1/refreshes/check",
                    "Content-Type: application/json\r\nContent-Length: " + LARGEST_BODY,
                    "{");
        }
        Awaitility.await().until(() -> heldBytes() > 40 * 4_096);
        assertThat(heldBytes()).isLessThan(400_000);
        check("acme", "[\"https://www.example.com/a\"]").expectStatus().isOk();
        check("other", "[\"https://www.example.org/a\"]").expectStatus().isOk();
    }

    @Test
    void open_bodies_of_one_account_leave_memory_for_others() throws IOException {
        for (int i = 0; i < 10; i++) {
            send(
                    "acme",
                    "POST /v1/refreshes/check",
                    "Content-Type: application/json\r\nContent-Length: " + LARGEST_BODY,
                    " ".repeat(LARGEST_BODY - 10));
        }
        Awaitility.await().until(() -> heldBytes() > 5_000_000);
        check("other", "[\"https://www.example.org/a\"]").expectStatus().isOk();
    }

    @Test
    void unread_responses_of_one_account_leave_memory_for_others() throws IOException {
        String path = "https://www.example.com/" + "a".repeat(900);
        String body = "{\"type\": \"url\", \"objects\": ["
                + IntStream.range(0, 1_000).mapToObj(i -> '"' + path + i + '"').collect(Collectors.joining(",")) + "]}";
        String request = request(
                "acme",
                "POST /v1/refreshes/check",
                "Content-Type: application/json\r\nContent-Length: " + body.length(),
                body);
        for (int i = 0; i < 6; i++) {
            Socket socket = connect();
            // More responses on each connection than buffers of the kernel hold.
            Thread.startVirtualThread(() -> writeAsLongAsOpen(socket, request.repeat(10)));
        }
        Awaitility.await().until(() -> heldBytes() > 2_000_000);
        assertThat(heldBytes()).isLessThanOrEqualTo(8 * 1_024 * 1_024);
        check("other", "[\"https://www.example.org/a\"]").expectStatus().isOk();
    }

    @Test
    void wide_and_deep_json_is_refused_while_it_is_parsed() {
        for (String objects : List.of("[" + "{},".repeat(300_000) + "{}]", "[".repeat(100_000))) {
            String text = check("acme", objects)
                    .expectStatus()
                    .isBadRequest()
                    .expectBody(String.class)
                    .returnResult()
                    .getResponseBody();
            assertThat(text).contains("JSON tokens, or is nested deeper");
        }
    }

    @Test
    void check_of_too_many_entries_stops_at_the_limit() {
        String tooMany = IntStream.range(0, 30_000 / 3)
                .mapToObj(i -> "\"https://www.example.com/" + i + '"')
                .collect(Collectors.joining(",", "[", "]"));
        check("acme", tooMany)
                .expectBody()
                .jsonPath("$.entries.length()")
                .isEqualTo(1_000)
                .jsonPath("$.acceptable")
                .isEqualTo(false)
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("/objects");
    }

    private static WebTestClient.ResponseSpec check(String account, String objects) {
        return gateway.as(account)
                .post()
                .uri("/v1/refreshes/check")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"type\": \"url\", \"objects\": " + objects + "}")
                .exchange();
    }

    /**
     * Sends a request on a connection of its own, whose response is not read. A request that the gateway refuses before
     * all of it has arrived may find its connection closed.
     */
    private void send(String account, String line, String headers, String body) throws IOException {
        writeAsLongAsOpen(connect(), request(account, line, headers, body));
    }

    private static String request(String account, String line, String headers, String body) {
        return line + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + account + "-token\r\n" + headers + "\r\n\r\n"
                + body;
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress("localhost", gateway.port()));
        open.add(socket);
        return socket;
    }

    private static void writeAsLongAsOpen(Socket socket, String text) {
        try {
            socket.getOutputStream().write(text.getBytes(US_ASCII));
        } catch (IOException closed) {
            assertThat(closed).hasMessageMatching("Connection reset.*|Broken pipe.*|Socket closed");
        }
    }

    private static double heldBytes() {
        return gateway.context
                .getBean(MeterRegistry.class)
                .get("freshet.request.memory")
                .gauge()
                .value();
    }
}

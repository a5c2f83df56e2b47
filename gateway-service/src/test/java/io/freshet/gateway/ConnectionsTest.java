package io.freshet.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections of both ports that send garbage, too slowly, nothing, or that are too many. */
class ConnectionsTest {

    private static final int MAX_CONNECTIONS = 12;
    private static final String BAD = "GET / HTTP/1.1\r\nHost: x\r\nX-Bad: a\u0001b\r\n\r\n";

    private static TaskServiceContract taskService;
    private static Gateway gateway;
    private static AliyunClient acme;

    private final List<RawConnection> open = new ArrayList<>();

    /** A port with a request that it serves, each time another one. */
    private record Port(String name, int number, Supplier<String> good, String errorMarker) {

        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void start() {
        taskService = new TaskServiceContract();
        gateway = Gateway.start(
                "localhost:1",
                taskService.url(),
                Map.of(
                        "freshet.gateway.blocking.body-timeout", "500ms",
                        "freshet.gateway.connections.request-timeout", "1s",
                        "freshet.gateway.connections.response-timeout", "1s",
                        "freshet.gateway.connections.max", "100",
                        "freshet.gateway.connections.max-per-address", Integer.toString(MAX_CONNECTIONS),
                        "freshet.gateway.aliyun.max-connections-per-address", Integer.toString(MAX_CONNECTIONS)));
        acme = new AliyunClient(gateway.aliyunPort(), "acme-key", "acme-secret-for-tests");
    }

    @AfterAll
    static void stop() {
        acme.close();
        gateway.close();
        taskService.close();
    }

    @AfterEach
    void disconnect() throws IOException {
        for (RawConnection connection : open) {
            connection.close();
        }
    }

    static Stream<Port> ports() {
        return Stream.of(
                new Port(
                        "main",
                        gateway.port(),
                        () -> "GET /v1/nodes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer acme-token\r\n\r\n",
                        "urn:freshet:problem:"),
                new Port(
                        "aliyun",
                        gateway.aliyunPort(),
                        () -> RawConnection.text(acme.signed(
                                "DescribeRefreshQuota",
                                Map.of(),
                                UUID.randomUUID().toString())),
                        "RequestId"));
    }

    private RawConnection connect(Port port) throws IOException {
        RawConnection connection = new RawConnection(port.number());
        open.add(connection);
        return connection;
    }

    @ParameterizedTest
    @MethodSource("ports")
    void undecodable_request_on_a_kept_connection_is_always_answered(Port port) throws IOException {
        for (int round = 0; round < 100; round++) {
            for (int i = 0; i < 6; i++) {
                try (RawConnection connection = new RawConnection(port.number())) {
                    connection.send(port.good().get());
                    assertThat(connection.response()).startsWith("HTTP/1.1 200 ");
                    connection.send(BAD);
                    connection.send(port.good().get());
                    assertThat(connection.response())
                            .startsWith("HTTP/1.1 400 ")
                            .contains(port.errorMarker());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ports")
    void undecodable_request_behind_another_is_answered_after_it(Port port) throws IOException {
        RawConnection connection = connect(port);
        connection.send(port.good().get() + port.good().get() + BAD);
        assertThat(connection.response()).startsWith("HTTP/1.1 200 ");
        assertThat(connection.response()).startsWith("HTTP/1.1 200 ");
        assertThat(connection.response()).startsWith("HTTP/1.1 400 ");
        assertThat(connection.response()).isEqualTo(RawConnection.CLOSED);
    }

    @ParameterizedTest
    @MethodSource("ports")
    void undecodable_body_is_answered_or_its_connection_closed(Port port) throws IOException {
        RawConnection connection = connect(port);
        connection.send("POST /v1/refreshes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer acme-token\r\n"
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nnot-hex\r\n");
        assertThat(connection.response())
                .satisfiesAnyOf(
                        answer -> assertThat(answer).startsWith("HTTP/1.1 4"),
                        answer -> assertThat(answer).isEqualTo(RawConnection.CLOSED));
    }

    @ParameterizedTest
    @MethodSource("ports")
    void connection_without_a_request_is_closed(Port port) throws IOException {
        assertThat(connect(port).response()).isEqualTo(RawConnection.CLOSED);
    }

    @ParameterizedTest
    @MethodSource("ports")
    void headers_byte_by_byte_do_not_keep_a_connection(Port port) throws IOException {
        RawConnection first = connect(port);
        assertClosedWhileSending(first, "GET / HTTP/1.1\r\nX: ");
        RawConnection kept = connect(port);
        kept.send(port.good().get());
        assertThat(kept.response()).startsWith("HTTP/1.1 200 ");
        assertClosedWhileSending(kept, "GET / HTTP/1.1\r\nX: ");
    }

    @ParameterizedTest
    @MethodSource("ports")
    void body_byte_by_byte_does_not_keep_a_connection(Port port) throws IOException {
        assertClosedWhileSending(
                connect(port),
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n");
    }

    private static void assertClosedWhileSending(RawConnection connection, String begin) throws IOException {
        connection.send(begin);
        Awaitility.await()
                .untilAsserted(
                        () -> assertThatThrownBy(() -> connection.send("a")).isInstanceOf(IOException.class));
    }

    @ParameterizedTest
    @MethodSource("ports")
    void connections_beyond_the_limit_of_an_address_get_503_until_others_end(Port port) throws IOException {
        Awaitility.await().untilAsserted(() -> assertThat(connections(port)).isZero());
        for (int i = 0; i < MAX_CONNECTIONS; i++) {
            RawConnection connection = connect(port);
            connection.send(port.good().get());
            assertThat(connection.response()).startsWith("HTTP/1.1 200 ");
        }
        assertThat(connect(port).response()).startsWith("HTTP/1.1 503 ").contains("Retry-After: ", port.errorMarker());
        open.getFirst().close();
        Awaitility.await().untilAsserted(() -> assertThat(connections(port)).isEqualTo(MAX_CONNECTIONS - 1));
        RawConnection next = connect(port);
        next.send(port.good().get());
        assertThat(next.response()).startsWith("HTTP/1.1 200 ");
    }

    private static double connections(Port port) {
        return gateway.context
                .getBean(io.micrometer.core.instrument.MeterRegistry.class)
                .get("freshet.connections")
                .tag("port", port.name())
                .gauge()
                .value();
    }

    @ParameterizedTest
    @MethodSource("ports")
    void refused_authentication_closes_the_connection(Port port) throws IOException {
        RawConnection connection = connect(port);
        connection.send("GET /v1/nodes?Action=x HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(connection.response()).startsWith("HTTP/1.1 4");
        assertThat(connection.response()).isEqualTo(RawConnection.CLOSED);
    }

    @Test
    void client_that_does_not_read_its_responses_is_disconnected() throws IOException {
        String url = "https://www.example.com/" + "a".repeat(900);
        String body = "{\"type\": \"url\", \"objects\": ["
                + IntStream.range(0, 1_000).mapToObj(i -> '"' + url + i + '"').collect(Collectors.joining(","))
                + "]}";
        RawConnection connection = connect(ports().findFirst().orElseThrow());
        String request = "POST /v1/refreshes/check HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer acme-token\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        connection.send(request);
                    }
                })
                .isInstanceOf(IOException.class);
    }
}

package io.freshet.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Guards against reactor-netty issue 4361, by which a connection was not read any more. */
class KeptConnectionTest {

    @Test
    void connection_is_read_again_after_a_delayed_body() throws IOException {
        DisposableServer server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle((request, answer) -> answer.sendString(
                        request.uri().equals("/slow")
                                ? Mono.delay(Duration.ofMillis(50)).thenReturn("ok.")
                                : Mono.just("ok.")))
                .bindNow();
        try (Socket connection = new Socket("127.0.0.1", server.port())) {
            connection.setSoTimeout(10_000);
            ask(connection, "/slow", "/waiting");
            readAnswers(connection.getInputStream(), 2);
            ask(connection, "/next");
            readAnswers(connection.getInputStream(), 1);
        } finally {
            server.disposeNow();
        }
    }

    private static void ask(Socket connection, String... paths) throws IOException {
        StringBuilder requests = new StringBuilder();
        for (String path : paths) {
            requests.append("GET ").append(path).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        connection.getOutputStream().write(requests.toString().getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads until so many bodies have arrived. */
    private static void readAnswers(InputStream from, int count) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.toString().split("ok\\.", -1).length <= count) {
            int next = from.read();
            assertThat(next).isNotNegative();
            read.append((char) next);
        }
    }
}

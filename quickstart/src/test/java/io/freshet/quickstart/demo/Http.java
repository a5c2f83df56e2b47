package io.freshet.quickstart.demo;

import io.netty.handler.codec.http.HttpMethod;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;

/** A client that sends any method, host and URL, as {@code curl} does. */
public final class Http {

    private Http() {}

    static TestResponse send(URI server, String method, String url, Map<String, String> headers) {
        return send(server, method, url, headers, "");
    }

    public static TestResponse send(
            URI server, String method, String url, Map<String, String> headers, String content) {
        return Objects.requireNonNull(HttpClient.newConnection()
                .remoteAddress(() -> new InetSocketAddress("127.0.0.1", server.getPort()))
                .headers(all -> headers.forEach(all::set))
                .request(HttpMethod.valueOf(method))
                .uri(url)
                .send(ByteBufFlux.fromString(Mono.just(content)))
                .responseSingle((response, body) -> body.asString()
                        .defaultIfEmpty("")
                        .map(text -> new TestResponse(
                                response.status().code(), DemoServer.headers(response.responseHeaders()), text)))
                .block());
    }

    static Map<String, String> and(Map<String, String> headers, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(headers);
        all.putAll(more);
        return all;
    }

    static Map<String, String> and(Map<String, String> headers, String name, String value) {
        return and(headers, Map.of(name, value));
    }
}

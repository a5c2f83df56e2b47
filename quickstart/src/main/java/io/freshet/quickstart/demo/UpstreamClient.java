package io.freshet.quickstart.demo;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/** HTTP client of a cache for its parent: another cache or the origin. */
final class UpstreamClient implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int CONNECTIONS = 64;

    private final URI address;
    private final LoopResources loops;
    private final ConnectionProvider connections;
    private final HttpClient client;

    UpstreamClient(String name, URI address) {
        this.address = address;
        // Not the shared resources of Netty, which the first service that stops would close.
        loops = LoopResources.create(name + "-parent", 1, true);
        connections = ConnectionProvider.create(name + "-parent", CONNECTIONS);
        client = HttpClient.create(connections)
                .runOn(loops)
                .remoteAddress(() -> new InetSocketAddress("127.0.0.1", address.getPort()))
                .responseTimeout(TIMEOUT);
    }

    /**
     * Fetches a page. It sends only what is in the key, so that the response cannot depend on the rest of the request.
     *
     * @return 502 if the parent does not answer
     */
    DemoResponse fetch(CacheKey key) {
        try {
            return Objects.requireNonNull(client.headers(headers -> identify(key, headers))
                    .get()
                    .uri(key.url())
                    .responseSingle((response, body) ->
                            body.asByteArray().defaultIfEmpty(new byte[0]).flatMap(bytes -> answer(response, bytes)))
                    .block());
        } catch (RuntimeException e) {
            return DemoResponse.text(502, "no answer from " + address + ": " + e.getMessage());
        }
    }

    private static void identify(CacheKey key, HttpHeaders headers) {
        headers.set(HttpHeaderNames.HOST, key.host());
        headers.set("X-Forwarded-Proto", key.scheme());
        headers.set(HttpHeaderNames.ACCEPT_ENCODING, "gzip");
    }

    private static Mono<DemoResponse> answer(HttpClientResponse response, byte[] body) {
        DemoResponse answer =
                new DemoResponse(response.status().code(), DemoServer.headers(response.responseHeaders()), body);
        return Mono.just(answer.withoutConnectionHeaders());
    }

    @Override
    public void close() {
        connections.dispose();
        loops.dispose();
    }
}

package io.freshet.quickstart.demo;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/**
 * Small HTTP server on the loopback address whose handler may block. Netty passes URLs on byte for byte; the JDK's
 * server refuses URLs that {@link java.net.URI} cannot parse.
 */
final class DemoServer implements AutoCloseable {

    private static final int MAX_REQUEST_LINE = 32 * 1024;

    private final LoopResources loops;
    private final ExecutorService threads;
    private final DisposableServer server;

    /**
     * Starts the server.
     *
     * @param port 0 for any free port
     * @param handler called on a virtual thread per request
     */
    DemoServer(String name, int port, Function<DemoRequest, DemoResponse> handler) {
        loops = LoopResources.create(name, 1, true);
        threads =
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name).factory());
        Scheduler scheduler = Schedulers.fromExecutorService(threads);
        server = HttpServer.create()
                .host("127.0.0.1")
                .port(port)
                .runOn(loops)
                .httpRequestDecoder(spec -> spec.maxInitialLineLength(MAX_REQUEST_LINE))
                .handle((request, response) -> answer(handler, scheduler, request, response))
                .bindNow();
    }

    private static Publisher<Void> answer(
            Function<DemoRequest, DemoResponse> handler,
            Scheduler scheduler,
            HttpServerRequest request,
            HttpServerResponse response) {
        DemoRequest plain = new DemoRequest(request.method().name(), request.uri(), headers(request.requestHeaders()));
        return Mono.fromCallable(() -> handler.apply(plain))
                .subscribeOn(scheduler)
                .flatMap(answer -> Mono.from(send(answer, request, response)));
    }

    private static Publisher<Void> send(DemoResponse answer, HttpServerRequest request, HttpServerResponse response) {
        response.status(answer.status());
        answer.headers().forEach(response::header);
        response.header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(answer.body().length));
        return request.method().equals(HttpMethod.HEAD)
                ? response.send()
                : response.sendObject(Unpooled.wrappedBuffer(answer.body()));
    }

    /** Returns the headers by lower-case name; repeated headers are joined with commas. */
    static Map<String, String> headers(HttpHeaders headers) {
        Map<String, String> byName = new HashMap<>();
        for (Map.Entry<String, String> header : headers) {
            byName.merge(header.getKey().toLowerCase(Locale.ROOT), header.getValue(), (a, b) -> a + ", " + b);
        }
        return byName;
    }

    URI address() {
        return URI.create("http://localhost:" + server.port());
    }

    @Override
    public void close() {
        server.disposeNow();
        threads.shutdownNow();
        loops.dispose();
    }
}

package io.freshet.push;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** An HTTP server in a node's place; each path behaves as told, and otherwise answers with a body of its own length. */
final class StandInCache implements AutoCloseable {

    record Request(String host, String scheme, String target, String acceptEncoding) {}

    /**
     * @param headers to send along
     */
    record Answer(int status, Map<String, String> headers, String body) {
        static Answer status(int status) {
            return new Answer(status, Map.of(), "");
        }
    }

    private final int port;
    private final Map<String, IntFunction<Answer>> behaviours;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final Map<String, Integer> mostAtOnce = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> atOnce = new ConcurrentHashMap<>();
    private HttpServer server;

    /**
     * @param behaviours by path; given the number of the request for that path, from 1
     */
    StandInCache(int port, Map<String, IntFunction<Answer>> behaviours) throws IOException {
        this.behaviours = behaviours;
        this.server = listen(port);
        this.port = server.getAddress().getPort();
    }

    private HttpServer listen(int wanted) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 100);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", this::serve);
        http.start();
        return http;
    }

    int port() {
        return port;
    }

    String address() {
        return "http://127.0.0.1:" + port;
    }

    /** Stops listening. */
    void down() {
        server.stop(0);
    }

    void up() throws IOException {
        server = listen(port);
    }

    List<Request> requestsTo(String host) {
        return requests.stream().filter(request -> request.host().equals(host)).toList();
    }

    int mostAtOnceFor(String host) {
        return mostAtOnce.getOrDefault(host, 0);
    }

    private void serve(HttpExchange exchange) throws IOException {
        String host = exchange.getRequestHeaders().getFirst("Host");
        String path = exchange.getRequestURI().getRawPath();
        requests.add(new Request(
                host,
                exchange.getRequestHeaders().getFirst("X-Forwarded-Proto"),
                exchange.getRequestURI().toString(),
                String.valueOf(exchange.getRequestHeaders().getFirst("Accept-Encoding"))));
        int number = counts.computeIfAbsent(path, _ -> new AtomicInteger()).incrementAndGet();
        AtomicInteger running = atOnce.computeIfAbsent(host, _ -> new AtomicInteger());
        mostAtOnce.merge(host, running.incrementAndGet(), Math::max);
        Answer answer = behaviours
                .getOrDefault(path, _ -> new Answer(200, Map.of(), path))
                .apply(number);
        running.decrementAndGet();
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        try (exchange;
                OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /** A port on which nobody listens yet. */
    static int freePort() {
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

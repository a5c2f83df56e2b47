package io.freshet.purge.stage;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Node that speaks the protocol of {@code freshet.vcl}, caches nothing, and writes its requests into a journal. */
public final class StandInNode implements AutoCloseable {

    private final String id;
    private final List<String> journal;
    private final int port;
    private @Nullable HttpServer server;
    private volatile int status = 200;
    private volatile @Nullable CountDownLatch held;
    private volatile String heldPrefix = "";
    private final Map<String, Integer> statuses = new ConcurrentHashMap<>();
    private final Map<String, Map<String, String>> copies = new ConcurrentHashMap<>();
    private volatile String start = "start 1";

    public StandInNode(String id, List<String> journal) {
        this.id = id;
        this.journal = journal;
        start(0);
        this.port = server == null ? 0 : server.getAddress().getPort();
    }

    public String id() {
        return id;
    }

    public int port() {
        return port;
    }

    /** Answers every purge and probe with this status from now on. */
    public void answer(int next) {
        status = next;
    }

    /** Shows this token from now on at {@code /start}, as a restarted server does. */
    public void restartAs(String token) {
        start = token;
    }

    /** Answers looks at this path with these headers from now on; without, it is absent. */
    public void holds(String path, Map<String, String> headers) {
        copies.put(path, headers);
    }

    /** Answers purges of this path with this status from now on. */
    public void answer(String path, int next) {
        statuses.put(path, next);
    }

    /** Makes purges wait, as for a fetch in progress. Probes are answered. */
    public CountDownLatch hold() {
        return hold("");
    }

    /** Makes purges of paths that start like this wait. */
    public CountDownLatch hold(String prefix) {
        CountDownLatch latch = new CountDownLatch(1);
        heldPrefix = prefix;
        held = latch;
        return latch;
    }

    public void start() {
        start(port);
    }

    private void start(int at) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    public void stop() {
        if (server != null) {
            server.stop(0);
            server = null;
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        if (exchange.getRequestURI().getPath().equals("/start")) {
            byte[] page = start.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
            return;
        }
        if (exchange.getRequestHeaders().containsKey("Freshet-Look")) {
            look(exchange);
            return;
        }
        boolean probe = exchange.getRequestHeaders().containsKey("Freshet-Probe")
                || exchange.getRequestURI().getPath().equals("/.freshet-probe");
        CountDownLatch latch = held;
        if (!probe) {
            if (latch != null && exchange.getRequestURI().getPath().startsWith(heldPrefix)) {
                try {
                    latch.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            journal.add(exchange.getRequestMethod() + ' ' + id + ' ' + exchange.getRequestURI());
        }
        exchange.getResponseHeaders().add("Freshet-Node", id);
        exchange.sendResponseHeaders(
                probe ? status : statuses.getOrDefault(exchange.getRequestURI().getPath(), status), -1);
        exchange.close();
    }

    private void look(HttpExchange exchange) throws IOException {
        Map<String, String> copy = copies.get(exchange.getRequestURI().getPath());
        exchange.getResponseHeaders().add("Freshet-Node", id);
        if (copy != null) {
            copy.forEach(exchange.getResponseHeaders()::add);
        }
        exchange.sendResponseHeaders(copy == null ? 404 : 200, -1);
        exchange.close();
    }

    @Override
    public void close() {
        stop();
    }
}

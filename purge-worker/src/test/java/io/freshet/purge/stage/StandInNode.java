package io.freshet.purge.stage;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Node that speaks the protocol of {@code freshet.vcl}, and writes the purges into a journal. It caches canaries only,
 * and what a test makes it keep.
 */
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
    private volatile Map<String, String> backend = Map.of();
    private volatile String start = "start 1";
    private final Set<String> canaries = ConcurrentHashMap.newKeySet();
    private final Map<String, String> fetchAges = new ConcurrentHashMap<>();
    private final List<String> keptSeconds = new CopyOnWriteArrayList<>();
    private volatile boolean keepsCanaries;
    private volatile boolean knowsLooks = true;

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

    /** Answers with these headers from now on when asked what its backend answers. */
    public void answersFromItsBackend(Map<String, String> headers) {
        backend = headers;
    }

    /** Answers purges of this path with this status from now on. */
    public void answer(String path, int next) {
        statuses.put(path, next);
    }

    /** Serves a copy of this path from now on, whatever is purged. */
    public void keep(String path, String secondsSinceFetch) {
        fetchAges.put(path, secondsSinceFetch);
    }

    /** Serves no copy from now on. */
    public void keepNothing() {
        fetchAges.clear();
    }

    /** Returns the seconds of which second purges wanted the new copies kept, one for each that did. */
    public List<String> keptSeconds() {
        return keptSeconds;
    }

    /** Confirms purges of canaries from now on without an effect, until it is called with false. */
    public void keepCanaries(boolean keep) {
        keepsCanaries = keep;
    }

    /** Takes looks and canaries for purges from now on, as a {@code freshet.vcl} did that did not know them. */
    public void forgetLooks() {
        knowsLooks = false;
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
        boolean probe = exchange.getRequestHeaders().containsKey("Freshet-Probe")
                || exchange.getRequestURI().getPath().equals("/.freshet-probe");
        if (status == 200 && knowsLooks && isInspection(exchange)) {
            return;
        }
        if (isResolve(exchange)) {
            return;
        }
        CountDownLatch latch = held;
        if (!probe) {
            if (latch != null && exchange.getRequestURI().getPath().startsWith(heldPrefix)) {
                try {
                    latch.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            keptSeconds.addAll(exchange.getRequestHeaders().getOrDefault("Freshet-Keep", List.of()));
            named(exchange).forEach(uri -> journal.add(exchange.getRequestMethod() + ' ' + id + ' ' + uri));
        }
        exchange.getResponseHeaders().add("Freshet-Node", id);
        if (knowsLooks) {
            exchange.getResponseHeaders().add("Freshet-Configuration", "4 " + start);
        }
        exchange.sendResponseHeaders(
                probe ? status : statuses.getOrDefault(exchange.getRequestURI().getPath(), status), -1);
        exchange.close();
    }

    /** Answers how a ban would be compared. */
    private boolean isResolve(HttpExchange exchange) throws IOException {
        boolean isResolve = exchange.getRequestHeaders().containsKey("Freshet-Resolve");
        if (isResolve) {
            exchange.getResponseHeaders()
                    .add("Freshet-Host", exchange.getRequestHeaders().getFirst("Host"));
            exchange.getResponseHeaders()
                    .add("Freshet-Pattern", "^" + exchange.getRequestURI().getPath());
            answer(exchange, 200);
        }
        return isResolve;
    }

    /** Returns what a purge names: more than its URI if bans were joined. */
    private static List<String> named(HttpExchange exchange) {
        String joined = exchange.getRequestHeaders().containsKey("Freshet-Resolved")
                ? exchange.getRequestHeaders().getFirst("Freshet-Match")
                : null;
        return joined == null
                ? List.of(exchange.getRequestURI().toString())
                : Stream.of(joined.substring("^(?:".length(), joined.length() - ")$".length())
                                .split("[|]"))
                        .map(term -> term.substring(0, term.length() - ".*".length()))
                        .toList();
    }

    /** Answers looks and canaries, with their purges. */
    private boolean isInspection(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        boolean isLook = exchange.getRequestHeaders().containsKey("Freshet-Look");
        String canary = canary(exchange);
        boolean isCanary = canary.contains("freshet-canary");
        boolean isOrigin = exchange.getRequestHeaders().containsKey("Freshet-Origin");
        if (isOrigin) {
            backend.forEach(exchange.getResponseHeaders()::add);
            answer(exchange, 200);
        } else if (isLook && copies.containsKey(path)) {
            copies.getOrDefault(path, Map.of()).forEach(exchange.getResponseHeaders()::add);
            answer(exchange, 200);
        } else if (isLook) {
            String age = canaries.contains(canary) ? "0.000" : fetchAges.get(path);
            if (age != null) {
                exchange.getResponseHeaders().add("Freshet-Fetch-Age", age);
                exchange.getResponseHeaders().add("Freshet-Ttl", "60.000");
            }
            answer(exchange, age == null ? 404 : 200);
        } else if (isCanary) {
            if (exchange.getRequestHeaders().containsKey("Freshet-Canary")) {
                canaries.add(canary);
            } else if (!keepsCanaries) {
                canaries.removeIf(object -> canary.contains(object.split("/", 4)[2]));
            }
            answer(exchange, 200);
        }
        return isOrigin || isLook || isCanary;
    }

    /** Returns what a request names: host and path, or an expression. A canary's contains its id. */
    private static String canary(HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        String match = headers.getFirst("Freshet-Match");
        return match == null
                ? headers.getFirst("Host") + exchange.getRequestURI().getPath()
                : match;
    }

    private void answer(HttpExchange exchange, int with) throws IOException {
        exchange.getResponseHeaders().add("Freshet-Node", id);
        exchange.sendResponseHeaders(with, -1);
        exchange.close();
    }

    @Override
    public void close() {
        stop();
    }
}

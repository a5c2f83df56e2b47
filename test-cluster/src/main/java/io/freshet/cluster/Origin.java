package io.freshet.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/**
 * The source of all pages, in this JVM: each says its version, may be cached for an hour, and is counted whenever it is
 * fetched. It answers 404 to every method but GET and HEAD, as many origins do: a cache that passes a purge on to it
 * must not be believed. A page may be held back for a while.
 */
public final class Origin implements AutoCloseable {

    private static final String HOST = "site.test";

    private final HttpServer server;
    private final Map<String, Pages> sections = new ConcurrentHashMap<>();
    private final AtomicInteger names = new AtomicInteger();

    Origin(String bindAddress) {
        try {
            server = HttpServer.create(new InetSocketAddress(bindAddress, 0), 1024);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** A directory of pages that nobody else uses, at version 1. */
    public Pages pages() {
        String directory = "/section-" + names.incrementAndGet() + "/";
        Pages pages = new Pages("http://" + HOST + directory);
        sections.put(directory, pages);
        return pages;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            Pages pages = sections.get(path.substring(0, path.indexOf('/', 1) + 1));
            boolean reads = exchange.getRequestMethod().equals("GET")
                    || exchange.getRequestMethod().equals("HEAD");
            if (pages == null || !reads) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            if (pages.fails()) {
                return;
            }
            String url = "http://" + HOST + exchange.getRequestURI();
            int version = pages.fetch(url);
            if (version == 0) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            pages.awaitLeave(url);
            byte[] own = pages.body(url);
            byte[] body =
                    own != null ? own : ("version " + version + " of " + url + "\n").getBytes(StandardCharsets.UTF_8);
            body = own != null || pages.size() == 0 ? body : Arrays.copyOf(body, pages.size());
            exchange.getResponseHeaders().set("Cache-Control", "public, max-age=3600");
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            String tags = pages.tags(url);
            if (tags != null) {
                exchange.getResponseHeaders().set("Cache-Tag", tags);
            }
            if (pages.varies()) {
                body = varied(exchange, body);
            }
            boolean isRedirected = pages.isRedirected(url);
            if (isRedirected) {
                exchange.getResponseHeaders().set("Location", url + ".new");
            }
            exchange.sendResponseHeaders(isRedirected ? 301 : 200, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] varied(HttpExchange exchange, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Vary", "Accept-Encoding");
        String accepted = exchange.getRequestHeaders().getFirst("Accept-Encoding");
        if (accepted == null || !accepted.contains("gzip")) {
            return body;
        }
        exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(body);
        }
        return compressed.toByteArray();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

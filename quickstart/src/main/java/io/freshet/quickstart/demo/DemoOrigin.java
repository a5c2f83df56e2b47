package io.freshet.quickstart.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/**
 * Site on which every page exists, contains its version and may be cached for an hour. {@code POST /_version} publishes
 * a new version of all pages, {@code POST /_version/page} one of {@code /page}. {@code GET /_requests} lists the number
 * of fetches by page. Pages under {@code /missing} answer 404, and {@code ?delay=500} delays a page by 500 ms.
 */
public final class DemoOrigin implements AutoCloseable {

    private static final String VERSION = "/_version";
    private static final String REQUESTS = "/_requests";
    private static final String MISSING = "/missing";
    private static final Pattern DELAY = Pattern.compile("[?&]delay=(\\d{1,5})(&|$)");

    private final AtomicInteger version = new AtomicInteger(1);
    private final Map<String, Integer> newerBy = new ConcurrentHashMap<>();
    private final Map<String, Integer> requests = new ConcurrentSkipListMap<>();
    private final DemoServer server;

    /**
     * Starts the server.
     *
     * @param port 0 for any free port
     */
    public DemoOrigin(int port) {
        server = new DemoServer("origin", port, this::answer);
    }

    private DemoResponse answer(DemoRequest request) {
        return switch (request.method()) {
            case "GET", "HEAD" -> request.url().equals(REQUESTS) ? requests() : page(request);
            case "POST" -> request.path().startsWith(VERSION) ? publish(request.path()) : notAllowed();
            default -> notAllowed();
        };
    }

    private static DemoResponse notAllowed() {
        return DemoResponse.text(405, "GET a page, or POST " + VERSION);
    }

    private DemoResponse requests() {
        return DemoResponse.text(
                200,
                requests.entrySet().stream()
                        .map(page -> page.getValue() + " " + page.getKey())
                        .collect(Collectors.joining("\n")));
    }

    private DemoResponse publish(String path) {
        String page = path.substring(VERSION.length());
        if (page.isEmpty()) {
            return DemoResponse.text(200, "every page has version " + version.incrementAndGet() + " or newer");
        }
        newerBy.merge(page, 1, Integer::sum);
        return DemoResponse.text(200, page + " has version " + versionOf(page));
    }

    private int versionOf(String path) {
        return version.get() + newerBy.getOrDefault(path, 0);
    }

    private DemoResponse page(DemoRequest request) {
        String url = request.host() + request.url();
        requests.merge(url, 1, Integer::sum);
        // Created before the delay, so that a purge during a slow fetch meets an old version in transit.
        DemoResponse answer = request.path().startsWith(MISSING)
                ? DemoResponse.text(404, "there is no " + url)
                : DemoResponse.text(200, url + " version " + versionOf(request.path()))
                        .with("Cache-Control", "max-age=3600");
        delay(request.url());
        return encoded(answer, request.acceptsGzip()).with("Vary", "Accept-Encoding");
    }

    private static void delay(String url) {
        Matcher delay = DELAY.matcher(url);
        if (!delay.find()) {
            return;
        }
        try {
            Thread.sleep(Duration.ofMillis(Integer.parseInt(delay.group(1))));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static DemoResponse encoded(DemoResponse answer, boolean gzip) {
        return gzip
                ? new DemoResponse(answer.status(), answer.headers(), gzip(answer.body()))
                        .with("Content-Encoding", "gzip")
                : answer;
    }

    private static byte[] gzip(byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    public URI address() {
        return server.address();
    }

    @Override
    public void close() {
        server.close();
    }
}

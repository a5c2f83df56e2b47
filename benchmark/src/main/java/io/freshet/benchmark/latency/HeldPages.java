package io.freshet.benchmark.latency;

import io.freshet.benchmark.measure.BenchmarkEnvironment;
import io.freshet.cluster.http.CacheNode;
import io.freshet.cluster.process.Address;
import io.freshet.cluster.process.NginxSite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * Pages that the origin never answers, and clients that ask a cache for them again and again. The origin answers all
 * other pages.
 */
final class HeldPages implements AutoCloseable {

    private static final String DIRECTORY = "/held/";

    private final ServerSocket silent;
    private final Address origin;
    private final Queue<Socket> requests = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    HeldPages(BenchmarkEnvironment ground) throws IOException {
        silent = new ServerSocket(0, 1_024, InetAddress.getLoopbackAddress());
        origin = ground.nginx(
                "holding-origin", new NginxSite(List.of(), "", """
                location / { add_header Cache-Control "public, max-age=3600"; return 200 "page"; }
                location %s { proxy_pass http://127.0.0.1:%d; proxy_read_timeout 1h; }
                """.formatted(DIRECTORY, silent.getLocalPort())));
        threads.execute(this::accept);
    }

    /** Returns the address of the origin. */
    Address origin() {
        return origin;
    }

    private void accept() {
        try {
            while (true) {
                requests.add(silent.accept());
            }
        } catch (IOException _) {
            // closed: no page is held any more
        }
    }

    /** Has a client ask the cache for each of the pages, until the origin has been asked for all of them. */
    List<String> hold(CacheNode cache, int count) {
        List<String> urls = IntStream.range(0, count)
                .mapToObj(i -> "http://" + RefreshingAccount.MAIN.host() + DIRECTORY + i + ".html")
                .toList();
        urls.forEach(url -> threads.execute(() -> keepAsking(cache, url)));
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> requests.size() >= count);
        return urls;
    }

    private void keepAsking(CacheNode cache, String url) {
        while (!silent.isClosed()) {
            try {
                cache.get(url);
            } catch (UncheckedIOException _) {
                // no answer in time, as expected: ask again
            }
        }
    }

    /** Breaks the connections of all requests, so that they fail at once. */
    @Override
    public void close() throws IOException {
        silent.close();
        for (Socket request : requests) {
            request.close();
        }
        threads.close();
    }
}

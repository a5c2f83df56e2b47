package io.freshet.quickstart.demo;

import java.net.URI;
import java.time.InstantSource;

/**
 * Caching reverse proxy that is purged like a Varnish with {@code freshet.vcl}. It caches what {@code Cache-Control}
 * allows by scheme, host, path and query, and answers {@code X-Cache: HIT} or {@code MISS}.
 */
public final class DemoCache implements AutoCloseable {

    private static final long MAX_BYTES = 64L << 20;

    private final UpstreamClient parent;
    private final PageCache pages;
    private final PurgeRequestHandler purges;
    private final DemoServer server;

    /**
     * Starts the cache.
     *
     * @param name value of {@code Freshet-Node}
     * @param port 0 for any free port
     * @param above parent cache or origin
     * @param token required {@code Freshet-Token} of a purge
     * @param maxBytes capacity; the least used copies are evicted
     */
    public DemoCache(String name, int port, URI above, String token, long maxBytes, InstantSource clock) {
        parent = new UpstreamClient(name, above);
        pages = new PageCache(maxBytes, clock, parent::fetch);
        purges = new PurgeRequestHandler(pages, name, token);
        server = new DemoServer(name, port, this::answer);
    }

    /**
     * Runs a cache as a process until it is killed, for machines without Varnish. As for {@code freshet.vcl}, the token
     * is in the environment variable {@code FRESHET_VARNISH_TOKEN}.
     *
     * @param args name, port, and address of the parent cache or origin
     */
    public static void main(String[] args) throws InterruptedException {
        String token = System.getenv().getOrDefault("FRESHET_VARNISH_TOKEN", "");
        if (args.length != 3 || token.isEmpty()) {
            System.err.println("usage: FRESHET_VARNISH_TOKEN=TOKEN DemoCache NAME PORT http://ABOVE");
            System.exit(2);
        }
        new DemoCache(
                args[0], Integer.parseInt(args[1]), URI.create(args[2]), token, MAX_BYTES, InstantSource.system());
        Thread.currentThread().join();
    }

    private DemoResponse answer(DemoRequest request) {
        return switch (request.method()) {
            case "GET", "HEAD" -> page(request);
            case "PURGE", "BAN" -> purges.answer(request);
            default -> DemoResponse.text(405, "a cache answers GET, HEAD, PURGE and BAN");
        };
    }

    private DemoResponse page(DemoRequest request) {
        PageCache.CacheLookup found = pages.get(CacheKey.of(request));
        DemoResponse copy =
                request.acceptsGzip() ? found.answer() : found.answer().decompressed();
        DemoResponse answer = copy.with("X-Cache", found.hit() ? "HIT" : "MISS");
        // push-worker needs to know whether the response was cached.
        return request.header("Freshet-Push").isEmpty()
                ? answer
                : answer.with("Freshet-Stored", found.stored() ? "yes" : "no");
    }

    public URI address() {
        return server.address();
    }

    @Override
    public void close() {
        server.close();
        parent.close();
    }
}

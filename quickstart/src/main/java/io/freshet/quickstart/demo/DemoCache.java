package io.freshet.quickstart.demo;

import java.net.URI;
import java.time.InstantSource;

/**
 * A caching reverse proxy that is purged as a Varnish with {@code freshet.vcl} is. It keeps what {@code Cache-Control} allows, by scheme,
 * host, path and query and by whether the client takes gzip, and says {@code X-Cache: HIT} or {@code MISS}.
 */
public final class DemoCache implements AutoCloseable {

    private static final long MAX_BYTES = 64L << 20;

    private final UpstreamClient parent;
    private final PageCache pages;
    private final PurgeRequestHandler purges;
    private final DemoServer server;

    /**
     * Starts it.
     *
     * @param name what it calls itself as {@code Freshet-Node}
     * @param port 0 for any that is free
     * @param above the cache above, or the origin
     * @param token what a purge must bring as {@code Freshet-Token}
     * @param maxBytes how much to keep; beyond it goes what is used least
     */
    public DemoCache(String name, int port, URI above, String token, long maxBytes, InstantSource clock) {
        parent = new UpstreamClient(name, above);
        pages = new PageCache(maxBytes, clock, parent::fetch);
        purges = new PurgeRequestHandler(pages, name, token);
        server = new DemoServer(name, port, this::answer);
    }

    /**
     * Runs one as a process of its own until it is killed, for machines without Varnish. The token comes from the environment variable
     * {@code FRESHET_VARNISH_TOKEN}, as it does for {@code freshet.vcl}.
     *
     * @param args its name, its port, and the address of the cache above or the origin
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
        DemoResponse answer = found.answer().with("X-Cache", found.hit() ? "HIT" : "MISS");
        // Whoever warms the cache wants to know whether it took.
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

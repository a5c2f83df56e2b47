package io.freshet.quickstart.demo;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

/** Handler of purge requests with the protocol of {@code freshet.vcl}. */
final class PurgeRequestHandler {

    /** The version of the protocol. */
    private static final String VERSION = "4";

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}([.][0-9]{1,3})?");

    private final PageCache pages;
    private final String node;
    private final byte[] token;
    private final String configuration;

    PurgeRequestHandler(PageCache pages, String node, String token) {
        this.pages = pages;
        this.node = node;
        this.token = token.getBytes(StandardCharsets.UTF_8);
        this.configuration = VERSION + ' ' + pages.now().toEpochMilli();
    }

    DemoResponse answer(DemoRequest request) {
        return decide(request).with("Freshet-Node", node);
    }

    private DemoResponse decide(DemoRequest request) {
        if (!isAllowed(request)) {
            return DemoResponse.text(401, "wrong or missing Freshet-Token");
        }
        if (isMarked(request, "Freshet-Probe")) {
            return DemoResponse.text(200, "here").with("Freshet-Configuration", configuration);
        }
        if (request.method().equals("BAN")) {
            return isMarked(request, "Freshet-Flush") ? flush() : ban(request);
        }
        if (isMarked(request, "Freshet-Look")) {
            return look(CacheKey.of(request));
        }
        if (isMarked(request, "Freshet-Origin")) {
            return description(pages.askParent(CacheKey.of(request)));
        }
        return isMarked(request, "Freshet-Canary") ? put(CacheKey.of(request)) : purge(request);
    }

    private static boolean isMarked(DemoRequest request, String header) {
        return !request.header(header).isEmpty();
    }

    private boolean isAllowed(DemoRequest request) {
        return MessageDigest.isEqual(token, request.header("Freshet-Token").getBytes(StandardCharsets.UTF_8));
    }

    private DemoResponse purge(DemoRequest request) {
        CacheKey page = CacheKey.of(request);
        boolean isPurged = isMarked(request, "Freshet-Soft") ? pages.softPurge(page) : pages.purge(page);
        return isPurged ? DemoResponse.text(200, "purged") : DemoResponse.text(404, "not in cache");
    }

    private DemoResponse look(CacheKey page) {
        return pages.look(page).map(this::description).orElseGet(() -> DemoResponse.text(404, "not in cache"));
    }

    private DemoResponse description(CachedCopy copy) {
        Instant now = pages.now();
        return description(copy.answer(now))
                .with("Freshet-Tags", String.join(",", copy.tags()))
                .with("Freshet-Fetch-Age", seconds(Duration.between(copy.begun(), now)))
                .with("Freshet-Age", seconds(Duration.between(copy.made(), now)))
                .with("Freshet-Ttl", seconds(Duration.between(now, copy.freshUntil())));
    }

    private static DemoResponse description(DemoResponse described) {
        return DemoResponse.text(200, "described")
                .with("Freshet-Status", Integer.toString(described.status()))
                .with("Freshet-Etag", described.header("ETag"))
                .with("Freshet-Last-Modified", described.header("Last-Modified"))
                .with("Freshet-Length", Integer.toString(described.body().length))
                .with("Freshet-Vary", described.header("Vary"));
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).toPlainString();
    }

    private DemoResponse put(CacheKey page) {
        pages.put(
                page,
                DemoResponse.text(200, "canary")
                        .with("Cache-Control", "max-age=60")
                        .with("Cache-Tag", "freshet-canary"));
        return DemoResponse.text(200, "stored");
    }

    private DemoResponse flush() {
        return DemoResponse.text(200, "flushed " + pages.purgeAll());
    }

    private DemoResponse ban(DemoRequest request) {
        try {
            if (isMarked(request, "Freshet-Resolve")) {
                return DemoResponse.text(200, "resolved")
                        .with("Freshet-Host", request.host())
                        .with("Freshet-Pattern", BannedPages.pattern(request));
            }
            long banned = pages.purgeAll(BannedPages.of(request), keptFrom(request.header("Freshet-Keep")));
            return DemoResponse.text(200, "purged " + banned);
        } catch (IllegalArgumentException e) {
            return DemoResponse.text(400, "invalid BAN: " + e.getMessage());
        }
    }

    private Instant keptFrom(String seconds) {
        return SECONDS.matcher(seconds).matches()
                ? pages.now()
                        .minusMillis(new BigDecimal(seconds).movePointRight(3).longValue())
                : Instant.MAX;
    }
}

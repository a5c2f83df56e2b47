package io.freshet.quickstart.demo;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Handler of purge requests with the protocol of {@code freshet.vcl}. */
final class PurgeRequestHandler {

    /** In VCL, white space or a quote could end the pattern and start another condition. */
    private static final Pattern UNSAFE = Pattern.compile("[\\s\"']");

    private final PageCache pages;
    private final String node;
    private final byte[] token;

    PurgeRequestHandler(PageCache pages, String node, String token) {
        this.pages = pages;
        this.node = node;
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    DemoResponse answer(DemoRequest request) {
        return decide(request).with("Freshet-Node", node);
    }

    private DemoResponse decide(DemoRequest request) {
        if (!isAllowed(request)) {
            return DemoResponse.text(401, "wrong or missing Freshet-Token");
        }
        if (!request.header("Freshet-Probe").isEmpty()) {
            return DemoResponse.text(200, "here");
        }
        if (!request.method().equals("BAN")) {
            return purge(request);
        }
        return request.header("Freshet-Flush").isEmpty() ? ban(request) : flush();
    }

    private boolean isAllowed(DemoRequest request) {
        return MessageDigest.isEqual(token, request.header("Freshet-Token").getBytes(StandardCharsets.UTF_8));
    }

    private DemoResponse purge(DemoRequest request) {
        CacheKey page = CacheKey.of(request);
        long purged = request.header("Freshet-Soft").isEmpty() ? pages.purge(page) : pages.softPurge(page);
        return purged == 0 ? DemoResponse.text(404, "not in cache") : DemoResponse.text(200, "purged " + purged);
    }

    private DemoResponse flush() {
        return DemoResponse.text(200, "flushed " + pages.purgeAll(_ -> true));
    }

    private DemoResponse ban(DemoRequest request) {
        return pattern(request.header("Freshet-Ban"))
                .map(pattern -> DemoResponse.text(200, "purged " + ban(CacheKey.of(request), pattern)))
                .orElseGet(() -> DemoResponse.text(
                        400, "Freshet-Ban must be a regular expression without white space and quotes"));
    }

    private long ban(CacheKey like, Pattern urls) {
        return pages.purgeAll(key -> key.scheme().equals(like.scheme())
                && key.host().equals(like.host())
                && urls.matcher(key.url()).find());
    }

    private static Optional<Pattern> pattern(String ban) {
        if (ban.isEmpty() || UNSAFE.matcher(ban).find()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Pattern.compile(ban));
        } catch (PatternSyntaxException e) {
            return Optional.empty();
        }
    }
}

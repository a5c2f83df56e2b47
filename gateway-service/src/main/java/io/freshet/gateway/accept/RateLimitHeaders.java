package io.freshet.gateway.accept;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is left, in the three headers that clients know. The reset is in seconds from now, so that clocks need not agree.
 */
final class RateLimitHeaders {

    private RateLimitHeaders() {}

    static Map<String, String> of(long limit, long remaining, Instant resetsAt) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("RateLimit-Limit", Long.toString(limit));
        headers.put("RateLimit-Remaining", Long.toString(remaining));
        headers.put("RateLimit-Reset", Long.toString(secondsUntil(resetsAt)));
        return headers;
    }

    /** Rounded up, and never negative. */
    private static long secondsUntil(Instant instant) {
        return Math.max(
                0, Duration.between(Instant.now(), instant).plusMillis(999).toSeconds());
    }
}

package io.freshet.gateway.accept;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The headers RateLimit-Limit, RateLimit-Remaining and RateLimit-Reset. The reset is in seconds, so that clocks need
 * not agree.
 */
final class RateLimitHeaders {

    private RateLimitHeaders() {}

    static Map<String, String> of(long limit, long remaining, Instant resetsAt, Instant now) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("RateLimit-Limit", Long.toString(limit));
        headers.put("RateLimit-Remaining", Long.toString(remaining));
        headers.put("RateLimit-Reset", Long.toString(secondsBetween(now, resetsAt)));
        return headers;
    }

    /** Returns the seconds, rounded up, and never less than 0. */
    private static long secondsBetween(Instant now, Instant then) {
        return Math.max(0, Duration.between(now, then).plusMillis(999).toSeconds());
    }
}

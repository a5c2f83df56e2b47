package io.freshet.quickstart.demo;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cacheability of a response (RFC 9111). A response without an explicit lifetime is not cached.
 *
 * @param age age of the response when it arrived
 * @param maxAge freshness lifetime since its creation; zero if it must not be cached
 */
record Freshness(Duration age, Duration maxAge) {

    private static final Set<Integer> CACHEABLE = Set.of(200, 203, 301, 308, 404, 410);
    private static final Pattern NEVER = Pattern.compile("\\b(no-store|no-cache|private)\\b");
    private static final Pattern MAX_AGE = Pattern.compile("\\bmax-age=(\\d{1,9})\\b");
    private static final Pattern SHARED_MAX_AGE = Pattern.compile("\\bs-maxage=(\\d{1,9})\\b");
    private static final Pattern AGE = Pattern.compile("(\\d{1,9})");

    static Freshness of(DemoResponse answer) {
        String control = answer.header("Cache-Control").toLowerCase(Locale.ROOT);
        Duration maxAge = seconds(SHARED_MAX_AGE, control, seconds(MAX_AGE, control, Duration.ZERO));
        return new Freshness(
                seconds(AGE, answer.header("Age"), Duration.ZERO), mayBeKept(answer, control) ? maxAge : Duration.ZERO);
    }

    boolean storable() {
        return maxAge.compareTo(age) > 0;
    }

    private static boolean mayBeKept(DemoResponse answer, String control) {
        return CACHEABLE.contains(answer.status())
                && !NEVER.matcher(control).find()
                && !answer.header("Vary").contains("*");
    }

    private static Duration seconds(Pattern pattern, String text, Duration otherwise) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Duration.ofSeconds(Long.parseLong(matcher.group(1))) : otherwise;
    }
}

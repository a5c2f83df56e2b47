package io.freshet.quickstart.demo;

import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Pages that a BAN names, with the protocol of {@code freshet.vcl}. */
final class BannedPages {

    private BannedPages() {}

    /**
     * Returns the condition of a BAN.
     *
     * @throws IllegalArgumentException if a header of the request is invalid
     */
    static Predicate<CacheKey> of(DemoRequest request) {
        CacheKey named = CacheKey.of(request);
        String match = request.header("Freshet-Match");
        if (!match.isEmpty()) {
            return isOfHost(named).and(matches(match));
        }
        return switch (request.header("Freshet-Names")) {
            case "host" -> isOfHost(named);
            case "path" -> isOfSite(named).and(key -> path(key).equals(path(named)));
            case "" -> isOfSite(named).and(key -> key.url().startsWith(named.url()));
            default -> throw new IllegalArgumentException("Freshet-Names must be path or host");
        };
    }

    private static Predicate<CacheKey> isOfHost(CacheKey named) {
        return key -> key.host().equals(named.host());
    }

    private static Predicate<CacheKey> isOfSite(CacheKey named) {
        return isOfHost(named).and(key -> key.scheme().equals(named.scheme()));
    }

    /** For Java a bracket within brackets begins another class. */
    private static Predicate<CacheKey> matches(String expression) {
        Pattern pattern = Pattern.compile(expression.replace("[[]", "\\["));
        return key -> pattern.matcher(key.url()).matches();
    }

    private static String path(CacheKey key) {
        return key.url().split("\\?", 2)[0];
    }
}

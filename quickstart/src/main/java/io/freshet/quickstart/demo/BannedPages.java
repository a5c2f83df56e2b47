package io.freshet.quickstart.demo;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Pages that a BAN names, with the protocol of {@code freshet.vcl}.
 *
 * @param keys condition of a page's key
 * @param copies condition of a page's copy
 */
record BannedPages(Predicate<CacheKey> keys, Predicate<CachedCopy> copies) {

    private static final Pattern TAGS = Pattern.compile("[^\\s,\"\\\\]{1,1024}(,[^\\s,\"\\\\]{1,1024})*");

    /**
     * Returns what a BAN names.
     *
     * @throws IllegalArgumentException if a header of the request is invalid
     */
    static BannedPages of(DemoRequest request) {
        String tags = request.header("Freshet-Tags");
        return tags.isEmpty()
                ? new BannedPages(keys(request), _ -> true)
                : new BannedPages(hosts(request), hasOneOf(tags));
    }

    private static Predicate<CacheKey> keys(DemoRequest request) {
        CacheKey named = CacheKey.of(request);
        String match = request.header("Freshet-Match");
        if (!match.isEmpty()) {
            return hosts(request).and(matches(match));
        }
        return switch (request.header("Freshet-Names")) {
            case "host" -> hosts(request);
            case "path" -> isOfSite(named).and(key -> path(key).equals(path(named)));
            case "" -> isOfSite(named).and(key -> key.url().startsWith(named.url()));
            default -> throw new IllegalArgumentException("Freshet-Names must be path or host");
        };
    }

    private static Predicate<CacheKey> hosts(DemoRequest request) {
        String resolved = request.header("Freshet-Resolved");
        String host = resolved.isEmpty() ? request.host() : resolved;
        return request.header("Freshet-Subdomains").isEmpty()
                ? key -> key.host().equals(host)
                : key -> key.host().endsWith('.' + host);
    }

    private static Predicate<CacheKey> isOfSite(CacheKey named) {
        return key -> key.host().equals(named.host()) && key.scheme().equals(named.scheme());
    }

    private static Predicate<CachedCopy> hasOneOf(String tags) {
        if (!TAGS.matcher(tags).matches()) {
            throw new IllegalArgumentException("Freshet-Tags must be tags with commas between them");
        }
        List<String> banned = List.of(tags.split(","));
        return copy -> banned.stream().anyMatch(copy.tags()::contains);
    }

    /** For Java a bracket within brackets begins another class. */
    private static Predicate<CacheKey> matches(String expression) {
        Pattern pattern = Pattern.compile(expression.replace("[[]", "\\["));
        return key -> pattern.matcher(key.url()).matches();
    }

    /**
     * Returns the expression of the URLs that a BAN of a URL or path names, for a BAN of several.
     *
     * @throws IllegalArgumentException if the request names something else
     */
    static String pattern(DemoRequest request) {
        String url = request.header("Freshet-Names").equals("path") ? request.path() : request.url();
        String literal = url.replaceAll("[].()*+?$|{}\\[]", "[$0]").replaceAll("[\\\\^]", ".");
        return switch (request.header("Freshet-Names")) {
            case "path" -> '^' + literal + "([?]|$)";
            case "" -> '^' + literal;
            default -> throw new IllegalArgumentException("Freshet-Resolve needs a URL or a path");
        };
    }

    private static String path(CacheKey key) {
        return key.url().split("\\?", 2)[0];
    }
}

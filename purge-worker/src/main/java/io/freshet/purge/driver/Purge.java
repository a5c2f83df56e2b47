package io.freshet.purge.driver;

import io.freshet.contracts.Selector;
import io.freshet.contracts.url.InvalidObjectException;
import io.freshet.contracts.url.PathExpression;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Purge of one object. Keeps the URL and the offsets of its parts instead of copies: tens of thousands of purges are in
 * flight at once.
 */
public final class Purge {

    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";

    private final Selector selector;
    private final String url;
    private final int targetStart;
    private final boolean soft;

    /** Time of {@link System#nanoTime} from which on fetched copies are kept; null if none are. */
    private final @Nullable Long firstAt;

    private Purge(Selector selector, String url, int targetStart, boolean soft, @Nullable Long firstAt) {
        this.selector = selector;
        this.url = url;
        this.targetStart = targetStart;
        this.soft = soft;
        this.firstAt = firstAt;
    }

    /**
     * Returns the purge of a canonical object.
     *
     * @param soft whether to mark the object stale instead of deleting it, if the server can
     * @throws NotCanonicalException if the object cannot be written into a request
     */
    public static Purge of(Selector selector, String url, boolean soft) {
        return new Purge(selector, url, targetStart(selector, url), soft, null);
    }

    private static int targetStart(Selector selector, String object) {
        if (!VisibleAscii.is(object)) {
            throw new NotCanonicalException(object);
        }
        if (selector == Selector.HOST) {
            if (object.isEmpty() || object.indexOf('/') >= 0) {
                throw new NotCanonicalException(object);
            }
            return object.length();
        }
        int authorityStart = authorityStart(object);
        int targetStart = object.indexOf('/', authorityStart);
        if (authorityStart == 0
                || targetStart <= authorityStart
                || !isTarget(selector, object.substring(targetStart))) {
            throw new NotCanonicalException(object);
        }
        return targetStart;
    }

    private static boolean isTarget(Selector selector, String target) {
        return switch (selector) {
            case REGEX -> isExpression(target);
            case IGNORE_QUERY -> target.indexOf('?') < 0;
            default -> true;
        };
    }

    private static boolean isExpression(String text) {
        try {
            PathExpression.parse(text);
            return true;
        } catch (InvalidObjectException e) {
            return false;
        }
    }

    /**
     * Returns the second purge of the same object, which keeps copies that were fetched after the first, on servers
     * that can.
     *
     * @param appliedAt time of {@link System#nanoTime} by which every node had answered the first
     */
    public Purge second(long appliedAt) {
        return new Purge(selector, url, targetStart, soft, appliedAt);
    }

    /** Returns the time since the first purge was applied, or less; null if this is the first, or keeps no copy. */
    public @Nullable Duration sinceFirst() {
        return firstAt == null ? null : Duration.ofNanos(Math.max(0, System.nanoTime() - firstAt));
    }

    public Selector selector() {
        return selector;
    }

    /** Of a host with a port it decides whether the port is the scheme's default, which no canonical host has. */
    boolean isHttps() {
        return selector == Selector.HOST ? url.endsWith(":80") : url.startsWith(HTTPS);
    }

    /** Returns the value of the {@code Host} header: the host, and the port if it is not the scheme's default. */
    String authority() {
        return url.substring(authorityStart(url), targetStart);
    }

    /** Returns path and query, as in a request line; of an expression or a host, the path of its first page. */
    String target() {
        return selector == Selector.REGEX || selector == Selector.HOST ? "/" : url.substring(targetStart);
    }

    /** Returns the expression that path and query match, anchored at both ends, as Varnish reads it. */
    String pattern() {
        try {
            return PathExpression.parse(url.substring(targetStart)).pcre();
        } catch (InvalidObjectException e) {
            throw new IllegalStateException(e); // checked when the purge was made
        }
    }

    /** Returns whether the object names a URL of its own, at which a look may show a copy that was not purged. */
    public boolean namesUrl() {
        return selector != Selector.REGEX;
    }

    /** Returns whether the object is marked stale instead of deleted, if the server can. */
    public boolean soft() {
        return soft;
    }

    /** Returns 0 if the scheme is neither {@code http} nor {@code https}. */
    private static int authorityStart(String url) {
        return url.startsWith(HTTP) ? HTTP.length() : url.startsWith(HTTPS) ? HTTPS.length() : 0;
    }

    /** Rejects an object that no node can purge. */
    public static final class NotCanonicalException extends IllegalArgumentException {
        NotCanonicalException(String url) {
            super("not a canonical object: " + url);
        }
    }
}

package io.freshet.purge.driver;

import io.freshet.contracts.Selector;
import io.freshet.contracts.url.InvalidObjectException;
import io.freshet.contracts.url.PathExpression;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Purge of one object. Keeps the URL and the offsets of its parts instead of copies: tens of thousands of purges are in
 * flight at once.
 */
public final class Purge {

    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";
    private static final String SUBDOMAINS = "*.";

    /** Separates domain and tag of an object. */
    private static final char TAG_SEPARATOR = '#';

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
        return switch (selector) {
            case URL, IGNORE_QUERY, DIRECTORY, PREFIX, REGEX -> startOfPath(selector, object);
            case HOST, EVERYTHING -> endOfAuthority(object, object.length());
            case TAG -> endOfAuthority(object, object.indexOf(TAG_SEPARATOR));
        };
    }

    private static int endOfAuthority(String object, int end) {
        if (end <= 0 || object.lastIndexOf('/', end) >= 0 || end == object.length() - 1) {
            throw new NotCanonicalException(object);
        }
        return end;
    }

    private static int startOfPath(Selector selector, String object) {
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

    /** Returns the purge by a wider selector: of the directory that the object is in, or of its host. */
    Purge widened(Selector wider) {
        return wider == selector ? this : widened(wider, wider == Selector.HOST ? authority() : directory());
    }

    private Purge widened(Selector wider, String object) {
        return new Purge(wider, object, targetStart(wider, object), soft, firstAt);
    }

    private String directory() {
        int query = url.indexOf('?', targetStart);
        return url.substring(0, url.lastIndexOf('/', query < 0 ? url.length() : query) + 1);
    }

    /** Returns the time since the first purge was applied, or less; null if this is the first, or keeps no copy. */
    public @Nullable Duration sinceFirst() {
        return firstAt == null ? null : Duration.ofNanos(Math.max(0, System.nanoTime() - firstAt));
    }

    /** Returns this purge, keeping no copy that any of these would not keep. */
    Purge keepingLeast(List<Purge> purges) {
        Long latest = Long.MIN_VALUE;
        for (Purge purge : purges) {
            Long at = purge.firstAt;
            latest = latest == null || at == null ? null : at - latest > 0 || latest == Long.MIN_VALUE ? at : latest;
        }
        return new Purge(selector, url, targetStart, soft, latest);
    }

    /** Returns whether this is the second purge, which keeps new copies. */
    boolean isSecond() {
        return firstAt != null;
    }

    public Selector selector() {
        return selector;
    }

    /** Returns the object in canonical form. */
    public String object() {
        return url;
    }

    /** Of a host with a port it decides whether the port is the scheme's default, which no canonical host has. */
    boolean isHttps() {
        return switch (selector) {
            case URL, IGNORE_QUERY, DIRECTORY, PREFIX, REGEX -> url.startsWith(HTTPS);
            case HOST, TAG, EVERYTHING -> authority().endsWith(":80");
        };
    }

    /**
     * Returns the value of the {@code Host} header: the host, and the port if it is not the scheme's default; of
     * sub-domains, the name that they share.
     */
    String authority() {
        int start = isOfSubdomains() ? SUBDOMAINS.length() : authorityStart(url);
        return url.substring(start, targetStart);
    }

    /** Returns whether the object names the sub-domains of a name, without the name itself. */
    boolean isOfSubdomains() {
        return url.startsWith(SUBDOMAINS);
    }

    /** Returns path and query, as in a request line; of an object without a path, the path of its first page. */
    String target() {
        return switch (selector) {
            case URL, IGNORE_QUERY, DIRECTORY, PREFIX -> url.substring(targetStart);
            case REGEX, HOST, TAG, EVERYTHING -> "/";
        };
    }

    /** Returns the tag that the object names within its domain. */
    String tag() {
        return url.substring(targetStart + 1);
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
        return switch (selector) {
            case URL, IGNORE_QUERY, DIRECTORY, PREFIX, HOST -> true;
            case EVERYTHING -> !isOfSubdomains();
            case REGEX, TAG -> false;
        };
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

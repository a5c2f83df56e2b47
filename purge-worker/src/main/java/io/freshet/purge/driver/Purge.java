package io.freshet.purge.driver;

import io.freshet.contracts.Selector;

/** One object to make expire. Of its URL it keeps nothing but where the parts begin: tens of thousands of these are on their way at once. */
public final class Purge {

    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";

    private final Selector selector;
    private final String url;
    private final int targetStart;
    private final boolean soft;

    private Purge(Selector selector, String url, int targetStart, boolean soft) {
        this.selector = selector;
        this.url = url;
        this.targetStart = targetStart;
        this.soft = soft;
    }

    /**
     * Takes a canonical URL apart.
     *
     * @param soft mark stale instead of deleting, where the server can
     * @throws NotCanonicalException if it is not canonical enough to stand on a request line
     */
    public static Purge of(Selector selector, String url, boolean soft) {
        int authorityStart = authorityStart(url);
        int targetStart = url.indexOf('/', authorityStart);
        if (authorityStart == 0 || targetStart <= authorityStart || !VisibleAscii.is(url)) {
            throw new NotCanonicalException(url);
        }
        return new Purge(selector, url, targetStart, soft);
    }

    Selector selector() {
        return selector;
    }

    boolean isHttps() {
        return url.startsWith(HTTPS);
    }

    /** Host, and port if it is not the scheme's own: what goes into {@code Host}. */
    String authority() {
        return url.substring(authorityStart(url), targetStart);
    }

    /** Path and query as they stand on a request line. */
    String target() {
        return url.substring(targetStart);
    }

    boolean soft() {
        return soft;
    }

    /** 0 if the scheme is another than caches have. */
    private static int authorityStart(String url) {
        return url.startsWith(HTTP) ? HTTP.length() : url.startsWith(HTTPS) ? HTTPS.length() : 0;
    }

    /** An object that no node can be asked to purge. */
    public static final class NotCanonicalException extends IllegalArgumentException {
        NotCanonicalException(String url) {
            super("not a canonical URL: " + url);
        }
    }
}

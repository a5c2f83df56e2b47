package io.freshet.purge.driver;

import io.freshet.contracts.Selector;

/**
 * One object to make expire.
 *
 * @param scheme {@code http} or {@code https}
 * @param authority host, and port if it is not the scheme's own: what goes into {@code Host}
 * @param target path and query as they stand on a request line
 * @param soft mark stale instead of deleting, where the server can
 */
public record Purge(Selector selector, String scheme, String authority, String target, boolean soft) {

    /**
     * Takes a canonical URL apart.
     *
     * @throws NotCanonicalException if it is not canonical enough to stand on a request line
     */
    public static Purge of(Selector selector, String url, boolean soft) {
        int schemeEnd = url.indexOf("://");
        int pathStart = schemeEnd < 0 ? -1 : url.indexOf('/', schemeEnd + 3);
        if (schemeEnd <= 0 || pathStart <= schemeEnd + 3 || !VisibleAscii.is(url)) {
            throw new NotCanonicalException(url);
        }
        return new Purge(
                selector,
                url.substring(0, schemeEnd),
                url.substring(schemeEnd + 3, pathStart),
                url.substring(pathStart),
                soft);
    }

    /** An object that no node can be asked to purge. */
    public static final class NotCanonicalException extends IllegalArgumentException {
        NotCanonicalException(String url) {
            super("not a canonical URL: " + url);
        }
    }
}

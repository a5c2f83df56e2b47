package io.freshet.gateway.request.object;

import io.freshet.contracts.Selector;
import java.util.regex.Pattern;

/**
 * Texts that are URLs, but surely not what the client meant: they would purge nothing, or more than was asked for. The
 * purge module of nginx, for example, takes a {@code *} at the end of a URL for a wildcard.
 */
final class LikelyMistakes {

    private static final String SPACES = "[\\s\\p{Z}\u200b\ufeff]";
    /** In a query, white space only separates URLs: the query of an ordinary URL may list others. */
    private static final Pattern TWO_URLS =
            Pattern.compile(SPACES + "https?://|^[^?]*[,;|]" + SPACES + "*https?://", Pattern.CASE_INSENSITIVE);

    private static final Pattern WILDCARD_SEGMENT = Pattern.compile("[^?]*/\\*[./].*");

    private LikelyMistakes() {}

    /**
     * @param text of the whole object
     * @throws InvalidObjectException if it is a list of objects, or a part of one
     */
    static void refuseLists(String text) throws InvalidObjectException {
        int second = text.indexOf("://", text.indexOf("://") + 1);
        if (second >= 0 && TWO_URLS.matcher(text).find()) {
            throw new InvalidObjectException("has two URLs in one entry; make each an entry of its own");
        }
        char last = text.charAt(text.length() - 1);
        if (Character.isWhitespace(last) || Character.isSpaceChar(last) || "\u200b\ufeff,;\"".indexOf(last) >= 0) {
            throw new InvalidObjectException(
                    "ends with white space, a comma, a semicolon or a quotation mark; remove it");
        }
    }

    /**
     * @param target path and query of the object
     * @throws InvalidObjectException if it has a wildcard
     */
    static void refuseWildcards(String target, Selector selector) throws InvalidObjectException {
        if (isWildcard(target)) {
            throw new InvalidObjectException(
                    selector == Selector.URL
                            ? "has a wildcard (*); to refresh all below a path use type directory and a path that "
                                    + "ends with /"
                            : "has a wildcard (*); a directory contains all below it, so leave the wildcard out");
        }
    }

    private static boolean isWildcard(String target) {
        return target.endsWith("*")
                || target.regionMatches(true, target.length() - 3, "%2a", 0, 3)
                || target.indexOf('*') >= 0 && WILDCARD_SEGMENT.matcher(target).matches();
    }
}

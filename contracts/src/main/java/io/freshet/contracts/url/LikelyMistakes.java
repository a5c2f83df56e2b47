package io.freshet.contracts.url;

import io.freshet.contracts.Selector;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Texts that are surely not what the client meant: as objects they would purge nothing, or more than was asked for. The
 * purge module of nginx, for example, takes a {@code *} at the end of a URL for a wildcard. Every check takes time in
 * proportion to the text's length.
 */
final class LikelyMistakes {

    private static final String SPACE = "[\\s\\p{Z}\u200b\ufeff]";
    private static final String SECOND_URL = "[\"'<(\\[]{0,2}https?(?:://|%3a%2f%2f)";
    /** White space separates URLs anywhere, also in a query. */
    private static final Pattern AFTER_SPACE = Pattern.compile(SPACE + SECOND_URL, Pattern.CASE_INSENSITIVE);
    /** Other separators do so in a path only: the query of an ordinary URL may list others. */
    private static final Pattern AFTER_SEPARATOR = Pattern.compile(
            "(?:[,;|+\"'>)]|\\\\[nrt]|%(?:20|09|0a|0d|2c|3b|7c|a0))" + SECOND_URL, Pattern.CASE_INSENSITIVE);

    private static final String CLOSING = "\u200b\ufeff,;|\">\u201d\u2019\u00bb";
    private static final String OPENING = "\"'`<([{\u201c\u201e\u2018\u201a\u00ab";

    private static final Pattern MISTYPED_SCHEME = Pattern.compile("h?[tx]{1,3}ps?[:;/\\\\]", Pattern.CASE_INSENSITIVE);
    private static final Pattern HOST = Pattern.compile("(?://)?[\\w-]{1,63}(?:\\.[\\w-]{1,63}){1,10}(?:[:/?].*)?");
    private static final Pattern ASTERISK = Pattern.compile("%2a", Pattern.CASE_INSENSITIVE);
    private static final Pattern WILDCARD_IN_PATH = Pattern.compile("/\\*+[./]|\\*(?:/|$)|\\.\\*");

    private LikelyMistakes() {}

    /**
     * Returns how to repair a text that begins with no scheme, to be appended to the reason; empty if that is unclear.
     */
    static String wayOutWithoutScheme(String text) {
        if (text.isEmpty()) {
            return "";
        }
        if (isSpace(text.charAt(0))) {
            return "; remove the white space before it";
        }
        if (OPENING.indexOf(text.charAt(0)) >= 0) {
            return "; remove the quotation mark or bracket before it";
        }
        if (MISTYPED_SCHEME.matcher(text).lookingAt()) {
            return "; the scheme is mistyped";
        }
        if (text.contains("http://") || text.contains("https://")) {
            return "; remove the text before it";
        }
        return HOST.matcher(text).matches() ? "; write one of them before the host" : "";
    }

    /**
     * Refuses a text that names two URLs.
     *
     * @param text of the whole object
     */
    static void refuseTwoUrls(String text) throws InvalidObjectException {
        if (mentionsSecondUrl(text) && isListOfUrls(text)) {
            throw new InvalidObjectException("has two URLs in one entry; make each an entry of its own");
        }
    }

    /** Returns false for ordinary URLs, without a regular expression. */
    private static boolean mentionsSecondUrl(String text) {
        return text.indexOf("://", text.indexOf("://") + 1) >= 0 || text.contains("%2F%2F") || text.contains("%2f%2f");
    }

    private static boolean isListOfUrls(String text) {
        int query = text.indexOf('?');
        int path = query < 0 ? text.length() : query;
        return AFTER_SPACE.matcher(text).find()
                || AFTER_SEPARATOR.matcher(text).region(0, path).find()
                || isJoinedWithSameHost(text.substring(0, path));
    }

    /** Returns whether the text's scheme and host follow again without a separator, as when lines were joined. */
    private static boolean isJoinedWithSameHost(String text) {
        int slash = text.indexOf('/', text.indexOf("://") + "://".length());
        int again = slash < 0 ? -1 : text.indexOf(text.substring(0, slash), slash);
        return again > 0 && Character.isLetterOrDigit(text.charAt(again - 1));
    }

    /**
     * Refuses a text that is what remains of a list.
     *
     * @param text of the whole object
     */
    static void refuseRemainders(String text) throws InvalidObjectException {
        char last = text.charAt(text.length() - 1);
        if (isSpace(last) || CLOSING.indexOf(last) >= 0) {
            throw new InvalidObjectException(
                    "ends with white space, a comma, a semicolon, a quotation mark or a bracket; remove it");
        }
    }

    /** Refuses a text that was written as something else than a tag, or as several. */
    static void refuseUrlsAndLists(String text) throws InvalidObjectException {
        if (text.regionMatches(true, 0, "http://", 0, 7) || text.regionMatches(true, 0, "https://", 0, 8)) {
            throw new InvalidObjectException(
                    "is a URL; refresh it by type url, or name one of the tags of its response");
        }
        if (text.indexOf(',') >= 0) {
            throw new InvalidObjectException("has a comma, which separates tags; make each tag an entry of its own");
        }
        if (text.indexOf('"') >= 0) {
            throw new InvalidObjectException("has a quotation mark; write the tag without quotation marks");
        }
        if (isSpace(text.charAt(0)) || isSpace(text.charAt(text.length() - 1))) {
            throw new InvalidObjectException("has white space around it; remove it");
        }
        if (text.chars().anyMatch(c -> isSpace((char) c))) {
            throw new InvalidObjectException(
                    "has white space, which separates tags; make each tag an entry of its own");
        }
    }

    private static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u200b' || c == '\ufeff';
    }

    /** Refuses a host that is not one. */
    static void refuseHosts(String authority) throws InvalidObjectException {
        if (authority.indexOf('*') >= 0) {
            throw new InvalidObjectException("has a wildcard (*) in its host; name each host in an entry of its own");
        }
        String name = authority.toLowerCase(Locale.ROOT);
        if (name.equals("http:") || name.equals("https:")) {
            throw new InvalidObjectException("has two schemes; remove one of them");
        }
    }

    /**
     * Refuses a wildcard.
     *
     * @param target path and query of the object
     */
    static void refuseWildcards(String target, Selector selector) throws InvalidObjectException {
        if (isWildcard(target)) {
            throw new InvalidObjectException("has a wildcard (*); " + wayOutWithoutWildcard(selector));
        }
    }

    /**
     * Refuses an expression that repeats a slash, as a wildcard is written elsewhere.
     *
     * @param expression from its first slash on
     */
    static void refuseGlobs(String expression) throws InvalidObjectException {
        boolean inClass = false;
        for (int i = 0; i < expression.length() - 1; i++) {
            switch (expression.charAt(i)) {
                case '\\' -> i++;
                case '[' -> inClass = true;
                case ']' -> inClass = false;
                case '/' -> {
                    if (!inClass && expression.charAt(i + 1) == '*') {
                        throw new InvalidObjectException("at character " + (i + 2)
                                + " repeats the slash (/*); did you mean .* for any characters, or type directory for"
                                + " all below a path?");
                    }
                }
                default -> {}
            }
        }
    }

    private static String wayOutWithoutWildcard(Selector selector) {
        return switch (selector) {
            case DIRECTORY -> "a directory contains all below it, so leave the wildcard out";
            case PREFIX -> "a prefix names all that starts with it, so leave the wildcard out";
            default -> "to refresh all below a path use type directory and a path that ends with /";
        };
    }

    private static boolean isWildcard(String target) {
        if (target.indexOf('*') < 0 && target.indexOf("%2") < 0) {
            return false; // the usual case
        }
        String plain = ASTERISK.matcher(target).replaceAll("*");
        int query = plain.indexOf('?');
        String path = query < 0 ? plain : plain.substring(0, query);
        return plain.endsWith("*") || WILDCARD_IN_PATH.matcher(path).find();
    }
}

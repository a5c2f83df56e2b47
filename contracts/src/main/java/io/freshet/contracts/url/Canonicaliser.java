package io.freshet.contracts.url;

import io.freshet.contracts.Selector;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Converter of objects to canonical form. It changes only what every cache and client changes too: caches do not equate
 * {@code %7e} and {@code ~}, so visible ASCII in a path or query stays as it is.
 */
public class Canonicaliser {

    private static final Pattern DOT_SEGMENT = Pattern.compile("(?:\\.|%2e){1,2}", Pattern.CASE_INSENSITIVE);
    /** ASCII characters that are percent-encoded. */
    private static final BitSet MUST_BE_ENCODED = new BitSet();

    static {
        MUST_BE_ENCODED.set(0, ' ');
        " \"<>\\^`{|}".chars().forEach(MUST_BE_ENCODED::set);
    }

    private static final String HEX = "0123456789ABCDEF";

    private final int maxBytes;

    /**
     * Creates a converter.
     *
     * @param maxBytes of the longest object in canonical form, at least 1
     */
    public Canonicaliser(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Returns the canonical form of an object.
     *
     * @throws InvalidObjectException with the reason, if the text is not an object
     */
    public CanonicalObject canonicalise(String text, Selector selector) throws InvalidObjectException {
        refuseControlCharacters(text);
        String scheme = scheme(text);
        LikelyMistakes.refuseTwoUrls(text);
        LikelyMistakes.refuseRemainders(text);
        String afterScheme = text.substring(scheme.length() + "://".length());
        if (afterScheme.indexOf('#') >= 0) {
            throw new InvalidObjectException("has a fragment (#), which never reaches a server");
        }
        int end = endOfAuthority(afterScheme);
        LikelyMistakes.refuseHosts(afterScheme.substring(0, end));
        String authority = Authority.canonical(scheme, afterScheme.substring(0, end));
        String target = afterScheme.substring(end);
        LikelyMistakes.refuseWildcards(target, selector);
        if (selector == Selector.DIRECTORY) {
            requireDirectory(target);
        }
        refuseDotSegments(pathOf(target));
        // An HTTP request has a path, even if the URL has none.
        String path = target.startsWith("/") ? target : "/" + target;
        String url = scheme + "://" + authority + percentEncoded(path);
        if (url.length() > maxBytes) {
            throw new InvalidObjectException(
                    "has " + url.length() + " bytes in canonical form; at most " + maxBytes + " are allowed",
                    InvalidObjectException.Kind.TOO_LONG);
        }
        return new CanonicalObject(url, authority);
    }

    /** Returns the canonical form of a URL in a query; null if it has none. */
    public @Nullable String canonicalUrl(String text) {
        try {
            return canonicalise(text, Selector.URL).url();
        } catch (InvalidObjectException e) {
            return null;
        }
    }

    private static void refuseControlCharacters(String text) throws InvalidObjectException {
        boolean surrogates = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)) {
                LikelyMistakes.refuseTwoUrls(text); // the clearer reason, where lines or columns were pasted
                throw new InvalidObjectException(
                        String.format(Locale.ROOT, "has the control character U+%04X at character %d", (int) c, i + 1));
            }
            surrogates |= Character.isSurrogate(c);
        }
        if (surrogates && !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new InvalidObjectException("has an unpaired surrogate");
        }
    }

    private static String scheme(String text) throws InvalidObjectException {
        for (String scheme : new String[] {"https", "http"}) {
            if (text.regionMatches(true, 0, scheme + "://", 0, scheme.length() + 3)) {
                return scheme;
            }
        }
        throw new InvalidObjectException(
                "starts with neither http:// nor https://" + LikelyMistakes.wayOutWithoutScheme(text));
    }

    private static int endOfAuthority(String afterScheme) {
        for (int i = 0; i < afterScheme.length(); i++) {
            if (afterScheme.charAt(i) == '/' || afterScheme.charAt(i) == '?') {
                return i;
            }
        }
        return afterScheme.length();
    }

    private static void requireDirectory(String target) throws InvalidObjectException {
        if (target.indexOf('?') >= 0) {
            throw new InvalidObjectException("has a query; a directory has none");
        }
        if (!target.endsWith("/")) {
            throw new InvalidObjectException("does not end with /; a directory does");
        }
    }

    private static String pathOf(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    private static void refuseDotSegments(String path) throws InvalidObjectException {
        if (!path.contains("/.") && !path.contains("/%2")) {
            return; // the usual case
        }
        for (String segment : path.split("/")) {
            if (DOT_SEGMENT.matcher(segment).matches()) {
                throw new InvalidObjectException(
                        "has the dot segment \"" + segment + "\", which caches and origins resolve differently");
            }
        }
    }

    private static String percentEncoded(String target) {
        if (isEncoded(target)) {
            return target;
        }
        StringBuilder encoded = new StringBuilder(target.length() + 32);
        for (byte b : target.getBytes(StandardCharsets.UTF_8)) {
            int octet = b & 0xff;
            if (mustBeEncoded(octet)) {
                encoded.append('%').append(HEX.charAt(octet >> 4)).append(HEX.charAt(octet & 0xf));
            } else {
                encoded.append((char) octet);
            }
        }
        return encoded.toString();
    }

    private static boolean isEncoded(String target) {
        for (int i = 0; i < target.length(); i++) {
            if (mustBeEncoded(target.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean mustBeEncoded(int c) {
        return c >= 0x7f || MUST_BE_ENCODED.get(c);
    }
}

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

    private static final String SUBDOMAINS = "*.";
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
        CanonicalObject object = switch (selector) {
            case URL, IGNORE_QUERY, DIRECTORY, PREFIX -> url(text, selector);
            case REGEX -> regex(text);
            case HOST -> host(text);
            case TAG -> tag(text);
            case EVERYTHING -> domain(text);
        };
        if (selector != Selector.TAG && object.url().length() > maxBytes) {
            throw new InvalidObjectException(
                    "has " + object.url().length() + " bytes in canonical form; at most " + maxBytes + " are allowed",
                    InvalidObjectException.Kind.TOO_LONG);
        }
        return object;
    }

    private static CanonicalObject url(String text, Selector selector) throws InvalidObjectException {
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
        requireForm(target, selector);
        refuseDotSegments(pathOf(target));
        String named = selector == Selector.IGNORE_QUERY ? pathOf(target) : target;
        // An HTTP request has a path, even if the URL has none.
        String path = named.startsWith("/") ? named : "/" + named;
        return new CanonicalObject(scheme + "://" + authority + percentEncoded(path), authority);
    }

    private static void requireForm(String target, Selector selector) throws InvalidObjectException {
        if (selector == Selector.DIRECTORY) {
            requireDirectory(target);
        } else if (selector == Selector.PREFIX && !target.startsWith("/")) {
            throw new InvalidObjectException("has no path; to refresh a whole host use type host");
        }
    }

    /** The expression begins with the path; its question marks are no query. */
    private static CanonicalObject regex(String text) throws InvalidObjectException {
        String scheme = scheme(text);
        String afterScheme = text.substring(scheme.length() + "://".length());
        int end = afterScheme.indexOf('/');
        if (end < 0) {
            throw new InvalidObjectException("has no expression; it begins with the / after the host");
        }
        LikelyMistakes.refuseHosts(afterScheme.substring(0, end));
        String authority = Authority.canonical(scheme, afterScheme.substring(0, end));
        LikelyMistakes.refuseGlobs(afterScheme.substring(end));
        String expression = PathExpression.parse(afterScheme.substring(end)).text();
        return new CanonicalObject(scheme + "://" + authority + expression, authority);
    }

    /** A tag within a domain is its own canonical form, apart from the case of the domain. */
    private static CanonicalObject tag(String text) throws InvalidObjectException {
        DomainTag object = DomainTag.split(text);
        if (object.domain().indexOf('/') >= 0) {
            throw new InvalidObjectException(
                    "has a URL before the tag; a tag belongs to a domain: www.example.com#news");
        }
        DomainTag.requireTag(object.tag());
        String domain = domain(object.domain()).url();
        return new CanonicalObject(new DomainTag(domain, object.tag()).object(), domain);
    }

    /** A domain is a host, or all sub-domains of a name. */
    private static CanonicalObject domain(String text) throws InvalidObjectException {
        if (text.contains(SUBDOMAINS) && text.contains("://")) {
            throw new InvalidObjectException("has a scheme; write the sub-domains of a name as *.example.com");
        }
        if (!text.startsWith(SUBDOMAINS)) {
            return host(text);
        }
        String name = text.substring(SUBDOMAINS.length());
        String domain = SUBDOMAINS + host(name).url();
        return new CanonicalObject(domain, domain);
    }

    /** A host may be written alone, or as the URL of its first page. */
    private static CanonicalObject host(String text) throws InvalidObjectException {
        boolean isUrl = text.contains("://");
        String scheme = isUrl ? scheme(text) : "http";
        if (text.isEmpty()) {
            throw new InvalidObjectException("is empty; write a host such as www.example.com");
        }
        LikelyMistakes.refuseRemainders(text);
        String afterScheme = isUrl ? text.substring(scheme.length() + "://".length()) : text;
        String host = afterScheme.endsWith("/") ? afterScheme.substring(0, afterScheme.length() - 1) : afterScheme;
        if (endOfAuthority(host) < host.length()) {
            throw new InvalidObjectException(
                    "has a path; a host is refreshed as a whole, and all below a path by type directory");
        }
        LikelyMistakes.refuseHosts(host);
        String authority = Authority.canonical(scheme, host);
        String named =
                isUrl || !authority.endsWith(":443") ? authority : authority.substring(0, authority.length() - 4);
        return new CanonicalObject(named, named);
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

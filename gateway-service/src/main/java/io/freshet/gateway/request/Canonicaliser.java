package io.freshet.gateway.request;

import io.freshet.contracts.Selector;
import io.freshet.gateway.GatewayProperties;
import io.freshet.gateway.problem.Fault;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Brings objects into canonical form, and refuses what has none. It changes only what every cache and client changes too: caches do not equate
 * {@code %7e} and {@code ~}, so what is already visible ASCII in a path or query stays byte for byte.
 */
@Component
public class Canonicaliser {

    private static final Pattern DOT_SEGMENT = Pattern.compile("(?:\\.|%2e){1,2}", Pattern.CASE_INSENSITIVE);
    /** Of ASCII. */
    private static final BitSet MUST_BE_ENCODED = new BitSet();

    static {
        MUST_BE_ENCODED.set(0, ' ');
        " \"<>\\^`{|}".chars().forEach(MUST_BE_ENCODED::set);
    }

    private static final String HEX = "0123456789ABCDEF";

    private final int maxBytes;

    Canonicaliser(GatewayProperties properties) {
        this.maxBytes = properties.limits().objectBytes();
    }

    /**
     * The canonical form of what a client has sent.
     *
     * @throws InvalidObjectException naming the reason, for people
     */
    CanonicalObject canonicalise(String text, Selector selector) throws InvalidObjectException {
        refuseControlCharacters(text);
        String scheme = scheme(text);
        String afterScheme = text.substring(scheme.length() + "://".length());
        if (afterScheme.indexOf('#') >= 0) {
            throw new InvalidObjectException("has a fragment (#), which never reaches a server");
        }
        int end = endOfAuthority(afterScheme);
        String authority = Authority.canonical(scheme, afterScheme.substring(0, end));
        String target = afterScheme.substring(end);
        if (selector == Selector.DIRECTORY) {
            refuseNoDirectory(target);
        }
        refuseDotSegments(pathOf(target));
        // A request has a path, even where the URL has none.
        String path = target.startsWith("/") ? target : "/" + target;
        String url = scheme + "://" + authority + percentEncoded(path);
        if (url.length() > maxBytes) {
            throw new InvalidObjectException(
                    "has " + url.length() + " bytes in canonical form; at most " + maxBytes + " are allowed",
                    Fault.Kind.TOO_LONG);
        }
        return new CanonicalObject(url, authority);
    }

    /** The canonical form of a URL that a query looks for; null if it has none. */
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
                throw new InvalidObjectException(
                        String.format(Locale.ROOT, "has the control character U+%04X at character %d", (int) c, i + 1));
            }
            surrogates |= Character.isSurrogate(c);
        }
        if (surrogates && !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new InvalidObjectException("has half a surrogate pair, which is no character");
        }
    }

    private static String scheme(String text) throws InvalidObjectException {
        for (String scheme : new String[] {"https", "http"}) {
            if (text.regionMatches(true, 0, scheme + "://", 0, scheme.length() + 3)) {
                return scheme;
            }
        }
        throw new InvalidObjectException("starts with neither http:// nor https://");
    }

    private static int endOfAuthority(String afterScheme) {
        for (int i = 0; i < afterScheme.length(); i++) {
            if (afterScheme.charAt(i) == '/' || afterScheme.charAt(i) == '?') {
                return i;
            }
        }
        return afterScheme.length();
    }

    private static void refuseNoDirectory(String target) throws InvalidObjectException {
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
            return; // as nearly always
        }
        for (String segment : path.split("/")) {
            if (DOT_SEGMENT.matcher(segment).matches()) {
                throw new InvalidObjectException(
                        "has the dot segment \"" + segment + "\", which caches and origins resolve" + " differently");
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

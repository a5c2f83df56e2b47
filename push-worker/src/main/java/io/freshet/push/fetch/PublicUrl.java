package io.freshet.push.fetch;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An object's URL as its public sees it, byte for byte. It says what to ask for, never where to connect to.
 *
 * @param authority host, and port where it is not the scheme's own
 * @param target path and query, as they go into the request line
 */
public record PublicUrl(String scheme, String authority, String target) {

    private static final Pattern SHAPE =
            Pattern.compile("(https?)://([\\x21-\\x7e&&[^/?#@\\\\]]+)(/[\\x21-\\x7e&&[^#]]*)");

    /**
     * Takes a canonical URL apart.
     *
     * @throws IllegalArgumentException if it is none; nothing that is not visible ASCII may get into a request
     */
    public static PublicUrl parse(String url) {
        Matcher matcher = SHAPE.matcher(url);
        if (!matcher.matches()) {
            throw new IllegalArgumentException('"' + url + "\" is not a canonical http or https URL");
        }
        return new PublicUrl(matcher.group(1), matcher.group(2), matcher.group(3));
    }

    @Override
    public String toString() {
        return scheme + "://" + authority + target;
    }
}

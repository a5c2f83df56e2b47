package io.freshet.contracts.url;

/**
 * A tag within a domain. As an object it is {@code domain#tag}: no domain has a {@code #}, so the first one separates.
 *
 * @param domain canonical: a host, or {@code *.name}, with {@code :port} unless it is the scheme's own
 * @param tag 1 to {@value #MAX_TAG_BYTES} visible ASCII characters without commas, quotation marks and backslashes
 */
public record DomainTag(String domain, String tag) {

    /** Longest tag, in bytes: as long as those of the CDNs (Fastly, Akamai and Cloudflare allow 1,024 or less). */
    public static final int MAX_TAG_BYTES = 1_024;

    /** Longest object, in bytes: {@code *.}, a host of 253 characters, a colon with a port, {@code #}, and a tag. */
    public static final int MAX_OBJECT_BYTES = 2 + 253 + 6 + 1 + MAX_TAG_BYTES;

    private static final char SEPARATOR = '#';

    /**
     * Reads an object, without validation of its parts.
     *
     * @throws InvalidObjectException if the text has no domain
     */
    public static DomainTag split(String object) throws InvalidObjectException {
        int separator = object.indexOf(SEPARATOR);
        if (separator <= 0) {
            throw new InvalidObjectException("is not a tag within a domain, such as www.example.com#news");
        }
        return new DomainTag(object.substring(0, separator), object.substring(separator + 1));
    }

    /**
     * Requires that a text is a tag. Nothing is changed: caches compare tags byte by byte.
     *
     * @throws InvalidObjectException with the reason, if it is none
     */
    public static void requireTag(String text) throws InvalidObjectException {
        if (text.isEmpty()) {
            throw new InvalidObjectException("is empty; a tag has at least one character");
        }
        LikelyMistakes.refuseUrlsAndLists(text);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c > '~' || c == '\\') {
                throw new InvalidObjectException("has " + named(c) + " at character " + (i + 1)
                        + "; a tag is visible ASCII without commas, quotation marks and backslashes");
            }
        }
        if (text.length() > MAX_TAG_BYTES) {
            throw new InvalidObjectException(
                    "has " + text.length() + " bytes; a tag has at most " + MAX_TAG_BYTES,
                    InvalidObjectException.Kind.TOO_LONG);
        }
    }

    private static String named(char c) {
        return c == '\\' ? "a backslash" : "the character U+%04X".formatted((int) c);
    }

    /** Returns the object. */
    public String object() {
        return domain + SEPARATOR + tag;
    }
}

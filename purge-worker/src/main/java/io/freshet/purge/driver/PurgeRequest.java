package io.freshet.purge.driver;

import java.nio.charset.StandardCharsets;

/** Request without a body, encoded for the connection to a node. */
public final class PurgeRequest {

    private final byte[] encoded;

    /**
     * @throws IllegalArgumentException if a part could break out of its place in the request
     */
    PurgeRequest(String method, String target, String host, HeaderLines headers) {
        check(method);
        check(target);
        check(host);
        String text = method + ' ' + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers.text() + "\r\n";
        this.encoded = text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void check(String text) {
        if (!VisibleAscii.is(text)) {
            throw new IllegalArgumentException("invalid character in the request: \"" + text + '"');
        }
    }

    /** Returns the request's own array, tokens included: not to be changed or logged. */
    public byte[] encoded() {
        return encoded;
    }

    /** Returns the request as text, tokens included: not for logs. */
    String text() {
        return new String(encoded, StandardCharsets.US_ASCII);
    }
}

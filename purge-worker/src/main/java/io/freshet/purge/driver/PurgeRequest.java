package io.freshet.purge.driver;

import java.nio.charset.StandardCharsets;

/** A request without a body, as it goes to a node. */
public final class PurgeRequest {

    private final byte[] bytes;

    /**
     * @throws IllegalArgumentException if anything could break out of its place in the request
     */
    PurgeRequest(String method, String target, String host, HeaderLines headers) {
        check(method);
        check(target);
        check(host);
        String text = method + ' ' + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers.text() + "\r\n";
        this.bytes = text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void check(String text) {
        if (!VisibleAscii.is(text)) {
            throw new IllegalArgumentException("refused to write this into a request: \"" + text + '"');
        }
    }

    /** In bytes. */
    public int length() {
        return bytes.length;
    }

    /** Puts it there, and returns where it ends. */
    public int copyTo(byte[] into, int offset) {
        System.arraycopy(bytes, 0, into, offset, bytes.length);
        return offset + bytes.length;
    }

    /** As it goes to the node, tokens included: not for logs. */
    String text() {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}

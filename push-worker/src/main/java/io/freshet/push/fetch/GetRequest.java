package io.freshet.push.fetch;

import io.freshet.fleet.node.Driver;
import io.freshet.fleet.node.Node;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Encoded request for an object. Everything in it goes out byte for byte. */
final class GetRequest {

    /** Asks Freshet's VCL for a fresh copy, and whether it was stored. */
    private static final String PUSH = "Freshet-Push";
    /** The token of the Varnish, without which its VCL ignores {@link #PUSH}. */
    private static final String TOKEN = "Freshet-Token";

    private GetRequest() {}

    /**
     * Encodes a request.
     *
     * @param headers of the wanted variant; they replace {@code User-Agent} but not what makes it a push
     * @throws IllegalArgumentException if something is not visible ASCII
     */
    static byte[] encode(Node node, PublicUrl url, Map<String, String> headers) {
        StringBuilder request = new StringBuilder(512).append("GET ");
        append(request, url.target()).append(" HTTP/1.1\r\n");
        field(request, "Host", url.authority());
        field(request, "X-Forwarded-Proto", url.scheme());
        boolean isPush = node.driver() instanceof Driver.Varnish;
        if (node.driver() instanceof Driver.Varnish(String _, String token)) {
            field(request, PUSH, "1");
            field(request, TOKEN, token);
        }
        boolean hasUserAgent = false;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (!isOurs(header.getKey(), isPush)) {
                field(request, header.getKey(), header.getValue());
                hasUserAgent |= header.getKey().equalsIgnoreCase("User-Agent");
            }
        }
        if (!hasUserAgent) {
            field(request, "User-Agent", "Freshet");
        }
        return request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean isOurs(String name, boolean isPush) {
        return name.equalsIgnoreCase("Host")
                || name.equalsIgnoreCase("X-Forwarded-Proto")
                || isPush && (name.equalsIgnoreCase(PUSH) || name.equalsIgnoreCase(TOKEN));
    }

    private static void field(StringBuilder request, String name, String value) {
        append(request, name).append(": ");
        append(request, value).append("\r\n");
    }

    private static StringBuilder append(StringBuilder request, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                throw new IllegalArgumentException("the request contains a character that is not visible ASCII");
            }
        }
        return request.append(text);
    }
}

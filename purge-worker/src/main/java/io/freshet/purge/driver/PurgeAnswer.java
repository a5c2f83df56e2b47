package io.freshet.purge.driver;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node's response to a purge, probe, look or flush.
 *
 * @param reason of the status line; may be empty
 * @param headers those that {@link PurgeDriver#headers} names, as far as the response has them; names in lower case
 */
public record PurgeAnswer(int status, String reason, Map<String, String> headers) {

    /** Returns status and reason for people: {@code 405 Method Not Allowed}. */
    public String statusLine() {
        return reason.isEmpty() ? Integer.toString(status) : status + " " + reason;
    }

    /** Returns the value of a header; null if the response has none. */
    @Nullable
    public String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }
}

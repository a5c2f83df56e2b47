package io.freshet.purge.driver;

import java.util.Map;

/**
 * What a node answered.
 *
 * @param reason of the status line; may be empty
 * @param headers by lower-case name
 */
public record PurgeAnswer(int status, String reason, Map<String, String> headers) {

    /** As people read it: {@code 405 Method Not Allowed}. */
    public String statusLine() {
        return reason.isEmpty() ? Integer.toString(status) : status + " " + reason;
    }
}

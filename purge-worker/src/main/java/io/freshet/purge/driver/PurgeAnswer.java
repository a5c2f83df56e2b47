package io.freshet.purge.driver;

import org.jspecify.annotations.Nullable;

/**
 * A node's response to a purge, probe or flush.
 *
 * @param reason of the status line; may be empty
 * @param identity value of the header that {@link PurgeDriver#identityHeader} names; null if the response has none
 */
public record PurgeAnswer(
        int status, String reason, @Nullable String identity) {

    /** Returns status and reason for people: {@code 405 Method Not Allowed}. */
    public String statusLine() {
        return reason.isEmpty() ? Integer.toString(status) : status + " " + reason;
    }
}

package io.freshet.purge.driver;

import org.jspecify.annotations.Nullable;

/**
 * What a node answered.
 *
 * @param reason of the status line; may be empty
 * @param identity the value of the header that {@link PurgeDriver#marker} names; null if there was none
 */
public record PurgeAnswer(
        int status, String reason, @Nullable String identity) {

    /** As people read it: {@code 405 Method Not Allowed}. */
    public String statusLine() {
        return reason.isEmpty() ? Integer.toString(status) : status + " " + reason;
    }
}

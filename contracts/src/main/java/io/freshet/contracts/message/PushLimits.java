package io.freshet.contracts.message;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;

/**
 * Limits that an account sets for a push, of the load on the origin of one domain. The operator's limits hold as well.
 *
 * @param requestsInFlight at least 1; null for no limit
 * @param requestsPerSecond at least 1; null for no limit
 * @param bytesPerSecond bytes of bodies, at least 1; null for no limit
 */
public record PushLimits(
        @Nullable Integer requestsInFlight,
        @Nullable Integer requestsPerSecond,
        @Nullable Long bytesPerSecond) {

    public PushLimits {
        if (requestsInFlight != null && requestsInFlight < 1
                || requestsPerSecond != null && requestsPerSecond < 1
                || bytesPerSecond != null && bytesPerSecond < 1) {
            throw new IllegalArgumentException("each limit of a push is at least 1");
        }
    }

    /** Returns whether there is no limit. */
    @JsonIgnore
    public boolean isEmpty() {
        return requestsInFlight == null && requestsPerSecond == null && bytesPerSecond == null;
    }
}

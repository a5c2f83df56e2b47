package io.freshet.push.fetch;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Timeouts of one request.
 *
 * @param connect limit for connecting, positive; then the node counts as unreachable
 * @param idle limit without a byte from the node, which may wait for the origin; positive
 * @param total limit for the whole request, without the time that bytes-per-second makes it wait; positive
 */
public record FetchTimeouts(
        @DefaultValue("3s") Duration connect,
        @DefaultValue("60s") Duration idle,
        @DefaultValue("10m") Duration total) {

    public FetchTimeouts {
        if (!connect.isPositive() || !idle.isPositive() || !total.isPositive()) {
            throw new IllegalArgumentException("freshet.push.timeouts: connect (" + connect + "), idle (" + idle
                    + ") and total (" + total + ") must be positive");
        }
    }
}

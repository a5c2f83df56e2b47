package io.freshet.push.limit;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limit of the load on a domain's origin.
 *
 * @param requestsInFlight requests in flight over all nodes of a tier, at least 1; a node gets an equal share
 * @param requestsPerSecond requests per second over all nodes; 0 means unlimited
 * @param bytesPerSecond bytes of bodies per second over all nodes; 0 means unlimited
 */
public record OriginLimit(
        @DefaultValue("16") int requestsInFlight,
        @DefaultValue("0") int requestsPerSecond,
        @DefaultValue("100MB") DataSize bytesPerSecond) {

    public OriginLimit {
        if (requestsInFlight < 1 || requestsPerSecond < 0 || bytesPerSecond.isNegative()) {
            throw new IllegalArgumentException("a domain's requests-in-flight (" + requestsInFlight
                    + ") must be at least 1, its requests-per-second (" + requestsPerSecond
                    + ") and bytes-per-second (" + bytesPerSecond + ") must not be negative");
        }
    }
}

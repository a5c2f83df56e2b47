package io.freshet.push.limit;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limit of one domain.
 *
 * @param domain name as in the accounts, also {@code *.name}
 * @param requestsInFlight requests in flight over all nodes of a tier, at least 1
 * @param requestsPerSecond requests per second over all nodes; 0 means unlimited
 * @param bytesPerSecond bytes of bodies per second over all nodes; 0 means unlimited
 */
public record DomainLimit(
        @DefaultValue("") String domain,
        @DefaultValue("16") int requestsInFlight,
        @DefaultValue("0") int requestsPerSecond,
        @DefaultValue("100MB") DataSize bytesPerSecond) {

    public DomainLimit {
        if (domain.isBlank()) {
            throw new IllegalArgumentException("freshet.push.limits: an entry has no domain");
        }
    }

    OriginLimit limit() {
        return new OriginLimit(requestsInFlight, requestsPerSecond, bytesPerSecond);
    }
}

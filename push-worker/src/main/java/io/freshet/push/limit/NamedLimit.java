package io.freshet.push.limit;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The limit of one domain.
 *
 * @param domain as in the accounts, so it may be {@code *.name}
 */
public record NamedLimit(
        @DefaultValue("") String domain,
        @DefaultValue("16") int inFlight,
        @DefaultValue("100MB") DataSize bytesPerSecond) {

    public NamedLimit {
        if (domain.isBlank()) {
            throw new IllegalArgumentException("an entry of freshet.push.limits names no domain");
        }
    }

    Limit limit() {
        return new Limit(inFlight, bytesPerSecond);
    }
}

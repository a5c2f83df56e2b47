package io.freshet.push.limit;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What a domain's origin is spared.
 *
 * @param inFlight requests at once, over all nodes; at least 1
 * @param bytesPerSecond of bodies, over all nodes; 0 for no limit
 */
public record Limit(
        @DefaultValue("16") int inFlight,
        @DefaultValue("100MB") DataSize bytesPerSecond) {

    public Limit {
        if (inFlight < 1 || bytesPerSecond.isNegative()) {
            throw new IllegalArgumentException("a domain's in-flight (" + inFlight
                    + ") is at least 1, its bytes-per-second (" + bytesPerSecond + ") is not negative");
        }
    }
}

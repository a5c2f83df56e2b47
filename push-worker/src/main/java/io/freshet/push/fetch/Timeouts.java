package io.freshet.push.fetch;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long a request may take.
 *
 * @param connect until the connection stands; then the node counts as unreachable
 * @param idle without a byte from the node, which has to ask the origin first
 * @param total from the first to the last byte, not counting what the domain's limit of bytes makes it wait
 */
public record Timeouts(
        @DefaultValue("3s") Duration connect,
        @DefaultValue("60s") Duration idle,
        @DefaultValue("10m") Duration total) {

    public Timeouts {
        if (!connect.isPositive() || !idle.isPositive() || !total.isPositive()) {
            throw new IllegalArgumentException("freshet.push.timeouts: connect (" + connect + "), idle (" + idle
                    + ") and total (" + total + ") are longer than nothing");
        }
    }
}

package io.freshet.purge.operations;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the node states that workers publish.
 *
 * @param stateInterval time after which a worker publishes an unchanged state of a node again. The gateways take a node
 *     for unknown if its state was not repeated for three times this long. At least 1 s
 */
@ConfigurationProperties("freshet.delivery")
public record NodeStateProperties(@DefaultValue("10s") Duration stateInterval) {

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    public NodeStateProperties {
        if (stateInterval.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("freshet.delivery.state-interval must be at least 1s");
        }
    }
}

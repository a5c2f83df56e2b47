package io.freshet.fleet.watch;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the watch over the configuration file.
 *
 * @param pollInterval time between two readings of the file with the fleet and the accounts. A change is applied when
 *     two readings in a row have found the same content, so that no half-written file is applied. Positive
 */
@ConfigurationProperties("freshet.configuration")
public record WatchProperties(@DefaultValue("1s") Duration pollInterval) {

    public WatchProperties {
        if (!pollInterval.isPositive()) {
            throw new IllegalArgumentException("freshet.configuration.poll-interval must be positive");
        }
    }
}

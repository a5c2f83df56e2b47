package io.freshet.gateway.blocking;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of blocking work.
 *
 * @param bodyTimeout Time in which a body must have arrived; later requests get 408. A positive duration.
 */
@ConfigurationProperties("freshet.gateway.blocking")
record BlockingProperties(@DefaultValue("10s") Duration bodyTimeout) {

    BlockingProperties {
        if (!bodyTimeout.isPositive()) {
            throw new IllegalArgumentException("freshet.gateway.blocking.body-timeout must be positive");
        }
    }
}

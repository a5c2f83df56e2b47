package io.freshet.task.admission;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of idempotency keys.
 *
 * @param keyTtl Time for which a key owns the tasks of its first request; positive.
 */
@ConfigurationProperties("freshet.idempotency")
record IdempotencyProperties(@DefaultValue("24h") Duration keyTtl) {

    IdempotencyProperties {
        if (!keyTtl.isPositive()) {
            throw new IllegalArgumentException("freshet.idempotency.key-ttl (" + keyTtl + ") must be positive");
        }
    }
}

package io.freshet.task.admission;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How idempotency keys are kept.
 *
 * @param keep how long a key owns its tasks
 */
@ConfigurationProperties("freshet.idempotency")
record IdempotencyProperties(@DefaultValue("24h") Duration keep) {

    IdempotencyProperties {
        if (!keep.isPositive()) {
            throw new IllegalArgumentException("freshet.idempotency.keep (" + keep + ") is positive");
        }
    }
}

package io.freshet.gateway.accept;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of accepting requests.
 *
 * @param nodeNumber Part of task ids, different in every gateway, 0 to 1023; drawn at random at each start if empty.
 * @param fallbackUrlsPerMinute URLs per minute that one account may refresh while task-service cannot check quotas; at
 *     least limits.max-urls.
 */
@ConfigurationProperties("freshet.gateway")
record AcceptProperties(
        @Nullable Integer nodeNumber, @DefaultValue("1000") int fallbackUrlsPerMinute) {

    AcceptProperties {
        if (nodeNumber != null && (nodeNumber < 0 || nodeNumber > 1_023)) {
            throw new IllegalArgumentException("freshet.gateway.node-number must be between 0 and 1023");
        }
    }
}

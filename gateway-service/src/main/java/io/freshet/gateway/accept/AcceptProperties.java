package io.freshet.gateway.accept;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of accepting requests.
 *
 * @param fallbackUrlsPerMinute URLs per minute that one account may refresh while task-service cannot check quotas; at
 *     least limits.max-urls.
 */
@ConfigurationProperties("freshet.gateway")
record AcceptProperties(@DefaultValue("1000") int fallbackUrlsPerMinute) {}

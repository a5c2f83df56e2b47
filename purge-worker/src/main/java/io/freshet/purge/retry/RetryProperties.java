package io.freshet.purge.retry;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the retries of single objects.
 *
 * @param retryTimeout time for which an object that a healthy node refuses or is busy with is sent again; then it has
 *     failed on that node. Should not be less than task-timeout, after which the task has failed. Zero or more
 * @param retryBackoff pause before the first retry; it doubles with each further one. At least 1 ms
 * @param maxRetryBackoff longest pause between two retries; not less than retry-backoff
 */
@ConfigurationProperties("freshet.delivery")
public record RetryProperties(
        @DefaultValue("10m") Duration retryTimeout,
        @DefaultValue("1s") Duration retryBackoff,
        @DefaultValue("30s") Duration maxRetryBackoff) {

    public RetryProperties {
        if (retryTimeout.isNegative() || retryBackoff.toMillis() < 1 || maxRetryBackoff.compareTo(retryBackoff) < 0) {
            throw new IllegalArgumentException("freshet.delivery: retry-timeout (" + retryTimeout
                    + ") must not be negative, retry-backoff (" + retryBackoff + ") at least 1 ms, max-retry-backoff ("
                    + maxRetryBackoff + ") not less");
        }
    }
}

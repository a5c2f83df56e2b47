package io.freshet.task.batch;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the uploads of batches.
 *
 * @param timeout Time after which an upload is interrupted if its gateway has not reported it; at least 1m, since
 *     gateways report uploads every few seconds.
 * @param checkInterval Pause between two checks for such uploads; positive.
 */
@ConfigurationProperties("freshet.uploads")
record UploadProperties(
        @DefaultValue("2m") Duration timeout,
        @DefaultValue("10s") Duration checkInterval) {

    UploadProperties {
        if (timeout.compareTo(Duration.ofMinutes(1)) < 0 || !checkInterval.isPositive()) {
            throw new IllegalArgumentException("freshet.uploads: timeout (" + timeout
                    + ") must be at least 1m, check-interval (" + checkInterval + ") positive");
        }
    }
}

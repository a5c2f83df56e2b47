package io.freshet.task.maintenance;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings for admissions whose command was never published.
 *
 * @param timeout Time after which an admission is withdrawn if its command is not in its topic; positive, and longer
 *     than any delivery timeout of a producer.
 * @param checkInterval Pause between two checks; positive.
 */
@ConfigurationProperties("freshet.abandoned-admissions")
record AbandonedAdmissionProperties(
        @DefaultValue("2m") Duration timeout,
        @DefaultValue("10s") Duration checkInterval) {

    AbandonedAdmissionProperties {
        if (!timeout.isPositive() || !checkInterval.isPositive()) {
            throw new IllegalArgumentException("freshet.abandoned-admissions: timeout (" + timeout
                    + ") and check-interval (" + checkInterval + ") must be positive");
        }
    }
}

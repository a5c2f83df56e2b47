package io.freshet.task.sweep;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When an admission is withdrawn whose command is not in the log.
 *
 * @param after how long after the admission the log must have been read without it; longer than any delivery timeout
 * @param every the pause between two looks
 */
@ConfigurationProperties("freshet.withdrawal")
record WithdrawalProperties(
        @DefaultValue("2m") Duration after,
        @DefaultValue("10s") Duration every) {

    WithdrawalProperties {
        if (!after.isPositive() || !every.isPositive()) {
            throw new IllegalArgumentException(
                    "freshet.withdrawal: after (" + after + ") and every (" + every + ") are positive");
        }
    }
}

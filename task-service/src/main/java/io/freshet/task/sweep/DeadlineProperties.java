package io.freshet.task.sweep;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When an object has failed.
 *
 * @param after how long after its command was appended to the log
 * @param every the pause between two looks
 * @param again published again if it has not come back through the log by then
 * @param followUp how long a push waits for the refresh that it follows, from when that was appended to the log
 */
@ConfigurationProperties("freshet.deadline")
record DeadlineProperties(
        @DefaultValue("10m") Duration after,
        @DefaultValue("3s") Duration every,
        @DefaultValue("1m") Duration again,
        @DefaultValue("7d") Duration followUp) {

    DeadlineProperties {
        if (!after.isPositive() || !every.isPositive() || !again.isPositive() || !followUp.isPositive()) {
            throw new IllegalArgumentException("freshet.deadline: after (" + after + "), every (" + every + "), again ("
                    + again + ") and follow-up (" + followUp + ") are positive");
        }
    }
}

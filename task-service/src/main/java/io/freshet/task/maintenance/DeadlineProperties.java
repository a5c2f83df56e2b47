package io.freshet.task.maintenance;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the timeouts of tasks.
 *
 * @param taskTimeout Time after which an object that nodes have not received fails, from when its command was appended
 *     to its topic; positive.
 * @param limitedPushTimeout Time after which an object of a push with limits of its own fails, in place of the task
 *     timeout, since such a push may be slow on purpose; positive.
 * @param checkInterval Pause between two checks; positive.
 * @param republishInterval Time after which a timeout is published again if its event has not been read; positive.
 * @param followUpTimeout Time after which a push fails whose refresh has not settled, from when the refresh's command
 *     was appended to its topic; positive.
 */
@ConfigurationProperties("freshet.deadline")
record DeadlineProperties(
        @DefaultValue("10m") Duration taskTimeout,
        @DefaultValue("1d") Duration limitedPushTimeout,
        @DefaultValue("3s") Duration checkInterval,
        @DefaultValue("1m") Duration republishInterval,
        @DefaultValue("7d") Duration followUpTimeout) {

    DeadlineProperties {
        if (!taskTimeout.isPositive()
                || !limitedPushTimeout.isPositive()
                || !checkInterval.isPositive()
                || !republishInterval.isPositive()
                || !followUpTimeout.isPositive()) {
            throw new IllegalArgumentException("freshet.deadline: task-timeout (" + taskTimeout
                    + "), limited-push-timeout (" + limitedPushTimeout + "), check-interval (" + checkInterval
                    + "), republish-interval (" + republishInterval + ") and follow-up-timeout ("
                    + followUpTimeout + ") must be positive");
        }
    }
}

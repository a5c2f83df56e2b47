package io.freshet.task.maintenance;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings for cancelled tasks.
 *
 * @param refundDelay Time from a cancellation until the objects that no node was sent are given back to the quota;
 *     positive. Workers report within it what they have sent; what they report later is charged again.
 * @param checkInterval Pause between two checks; positive.
 */
@ConfigurationProperties("freshet.cancellation")
record CancellationProperties(
        @DefaultValue("5s") Duration refundDelay,
        @DefaultValue("1s") Duration checkInterval) {

    CancellationProperties {
        if (!refundDelay.isPositive() || !checkInterval.isPositive()) {
            throw new IllegalArgumentException("freshet.cancellation: refund-delay (" + refundDelay
                    + ") and check-interval (" + checkInterval + ") must be positive");
        }
    }
}

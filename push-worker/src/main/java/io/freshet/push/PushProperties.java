package io.freshet.push;

import io.freshet.kafka.ConsumerLimits;
import io.freshet.push.fetch.Timeouts;
import io.freshet.push.limit.Limit;
import io.freshet.push.limit.NamedLimit;
import io.freshet.push.task.Retries;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code freshet.push}; push-worker.yml explains each.
 *
 * @param objectsInFlight at once in this worker, over all domains
 * @param recordsPerPoll commands taken at once
 * @param stopTimeout how long a stop waits for tasks that are at work; what is not done then is done by whoever comes next
 * @param reportEvery how old progress gets at most
 * @param defaultLimit of domains that {@code limits} does not name
 */
@ConfigurationProperties("freshet.push")
record PushProperties(
        @DefaultValue("6000") int objectsInFlight,
        @DefaultValue("4") int recordsPerPoll,
        @DefaultValue("10s") Duration stopTimeout,
        @DefaultValue("1s") Duration reportEvery,
        @DefaultValue Timeouts timeouts,
        @DefaultValue Retries retries,
        @DefaultValue Limit defaultLimit,
        @DefaultValue List<NamedLimit> limits) {

    PushProperties {
        if (!reportEvery.isPositive()) {
            throw new IllegalArgumentException(
                    "freshet.push.report-every (" + reportEvery + ") is longer than nothing");
        }
    }

    ConsumerLimits consumerLimits() {
        return new ConsumerLimits(objectsInFlight, recordsPerPoll, stopTimeout);
    }
}

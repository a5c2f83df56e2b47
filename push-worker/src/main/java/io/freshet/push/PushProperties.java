package io.freshet.push;

import io.freshet.kafka.command.ConsumerLimits;
import io.freshet.push.fetch.FetchTimeouts;
import io.freshet.push.limit.DomainLimit;
import io.freshet.push.limit.OriginLimit;
import io.freshet.push.task.RetryPolicy;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of pushes.
 *
 * @param objectsInFlight objects of commands that this worker has read and not finished, at least 1; each partition has
 *     an equal share. It bounds memory, about 300 bytes each; limits bound the requests. A domain
 *     with more objects than the share delays the other domains of its partition
 * @param recordsPerPoll commands per poll, at least 1; one command may hold hundreds of objects
 * @param stopTimeout time that a stop waits for running tasks; the next owner of the partition repeats the rest
 * @param progressInterval interval between two progress events of a task, positive
 * @param maxChildren most objects that a manifest may add to a push with {@code children}, together with those of the
 *     manifests that it names, at least 1
 * @param timeouts timeouts of one request
 * @param retries retries of temporary failures
 * @param defaultLimit limit of domains that {@code limits} does not name
 * @param limits limits of single domains in place of the default, each with {@code domain},
 *     {@code requests-in-flight}, {@code requests-per-second} and {@code bytes-per-second}
 */
@ConfigurationProperties("freshet.push")
record PushProperties(
        @DefaultValue("240000") int objectsInFlight,
        @DefaultValue("4") int recordsPerPoll,
        @DefaultValue("10s") Duration stopTimeout,
        @DefaultValue("1s") Duration progressInterval,
        @DefaultValue("10000") int maxChildren,
        @NestedConfigurationProperty @DefaultValue FetchTimeouts timeouts,
        @NestedConfigurationProperty @DefaultValue RetryPolicy retries,
        @NestedConfigurationProperty @DefaultValue OriginLimit defaultLimit,
        @DefaultValue List<DomainLimit> limits) {

    PushProperties {
        if (!progressInterval.isPositive()) {
            throw new IllegalArgumentException(
                    "freshet.push.progress-interval (" + progressInterval + ") must be positive");
        }
        if (maxChildren < 1) {
            throw new IllegalArgumentException("freshet.push.max-children (" + maxChildren + ") must be at least 1");
        }
    }

    ConsumerLimits consumerLimits() {
        return new ConsumerLimits(objectsInFlight, recordsPerPoll, stopTimeout);
    }
}

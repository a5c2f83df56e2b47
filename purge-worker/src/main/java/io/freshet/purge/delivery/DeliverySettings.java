package io.freshet.purge.delivery;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much the worker takes on at once.
 *
 * @param objectsInFlight over all commands; bounds the worker's memory
 * @param recordsPerPoll one record may hold 1,000 objects
 * @param stopTimeout how long a stop waits for what is in flight
 */
@ConfigurationProperties("freshet.delivery")
record DeliverySettings(
        @DefaultValue("20000") int objectsInFlight,
        @DefaultValue("10") int recordsPerPoll,
        @DefaultValue("10s") Duration stopTimeout) {}

package io.freshet.purge.operations;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the flushes.
 *
 * @param autoFlush whether workers flush a node by themselves if commands it has not received are no longer in the
 *     topic. If not, an operator must request the flush
 * @param flushPause pause between the flushes of two nodes of a tier, so that their misses do not reach the tier above
 *     at once. Zero or more
 */
@ConfigurationProperties("freshet.delivery")
public record NodeFlushProperties(
        @DefaultValue("true") boolean autoFlush,
        @DefaultValue("5s") Duration flushPause) {

    public NodeFlushProperties {
        if (flushPause.isNegative()) {
            throw new IllegalArgumentException("freshet.delivery.flush-pause must not be negative");
        }
    }
}

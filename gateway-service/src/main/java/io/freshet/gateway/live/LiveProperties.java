package io.freshet.gateway.live;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of event streams.
 *
 * @param heartbeat Interval of comments on a stream without events. A positive duration.
 * @param maxStreams Streams open at once; at least 1. Further ones get 503.
 * @param maxStreamsPerAccount Streams of one account open at once; 1 to max-streams. Further ones get 429.
 * @param maxTasksPerStream Tasks that an account's stream remembers and buffers for a slow client; at least 1.
 */
@ConfigurationProperties("freshet.gateway.live")
public record LiveProperties(
        @DefaultValue("15s") Duration heartbeat,
        @DefaultValue("1000") int maxStreams,
        @DefaultValue("100") int maxStreamsPerAccount,
        @DefaultValue("1000") int maxTasksPerStream) {

    public LiveProperties {
        if (maxStreamsPerAccount < 1 || maxStreamsPerAccount > maxStreams) {
            throw new IllegalArgumentException("freshet.gateway.live.max-streams-per-account (" + maxStreamsPerAccount
                    + ") must be between 1 and freshet.gateway.live.max-streams (" + maxStreams + ")");
        }
    }
}

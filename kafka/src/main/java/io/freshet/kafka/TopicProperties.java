package io.freshet.kafka;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the topics are made. Partitions and replication count when a topic is new; the rest is brought up to date at every start.
 *
 * @param partitions how many workers can share a topic
 * @param replication 1 on a single broker, 3 in production
 * @param minInsyncReplicas 1 on a single broker, 2 in production
 * @param commandRetention how long commands are kept; purge commands are every node's queue, so a node may be down this long
 * @param eventRetention how long events and dead letters are kept
 */
@ConfigurationProperties("freshet.topics")
public record TopicProperties(
        @DefaultValue("12") int partitions,
        @DefaultValue("1") short replication,
        @DefaultValue("1") int minInsyncReplicas,
        @DefaultValue("7d") Duration commandRetention,
        @DefaultValue("7d") Duration eventRetention) {

    public TopicProperties {
        if (partitions < 1 || replication < 1 || minInsyncReplicas < 1 || minInsyncReplicas > replication) {
            throw new IllegalArgumentException("freshet.topics: partitions (" + partitions + ") and replication ("
                    + replication + ") are at least 1, and min-insync-replicas (" + minInsyncReplicas
                    + ") is between 1 and replication");
        }
    }
}

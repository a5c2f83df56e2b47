package io.freshet.kafka.topic;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the topics. They apply when a topic is created; an existing topic is only strengthened.
 *
 * @param partitions partitions of each topic, at least 1: the largest number of workers that share it
 * @param replication replicas of each partition: 1 on a single broker, 3 in production
 * @param minInsyncReplicas replicas that must have a record before it counts as accepted, at most the replication; 2 in
 *     production
 * @param commandRetention time for which commands are kept; a node may be down this long and still catch up
 * @param eventRetention time for which events are kept
 * @param auditRetention time for which entries of the audit log are kept; positive
 */
@ConfigurationProperties("freshet.topics")
public record TopicProperties(
        @DefaultValue("12") int partitions,
        @DefaultValue("1") short replication,
        @DefaultValue("1") int minInsyncReplicas,
        @DefaultValue("7d") Duration commandRetention,
        @DefaultValue("7d") Duration eventRetention,
        @DefaultValue("90d") Duration auditRetention) {

    public TopicProperties {
        if (partitions < 1 || replication < 1 || minInsyncReplicas < 1 || minInsyncReplicas > replication) {
            throw new IllegalArgumentException("freshet.topics: partitions (" + partitions + ") and replication ("
                    + replication + ") must be at least 1, and min-insync-replicas (" + minInsyncReplicas
                    + ") between 1 and replication");
        }
        if (!auditRetention.isPositive()) {
            throw new IllegalArgumentException(
                    "freshet.topics: audit-retention (" + auditRetention + ") must be positive, such as 90d");
        }
    }
}

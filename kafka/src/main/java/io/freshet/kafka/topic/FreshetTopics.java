package io.freshet.kafka.topic;

import io.freshet.contracts.message.Topics;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.springframework.kafka.config.TopicBuilder;

/** The topics of the design, with their settings. */
final class FreshetTopics {

    /** A dead letter is the record and its reason, so it must be allowed to be larger than any record. */
    private static final int MAX_DEAD_LETTER_BYTES = Topics.MAX_MESSAGE_BYTES + 1_000_000;

    private static final Duration INSPECTION_RETENTION = Duration.ofHours(1);

    private final TopicProperties properties;

    FreshetTopics(TopicProperties properties) {
        this.properties = properties;
    }

    List<NewTopic> all() {
        List<NewTopic> sources = List.of(
                kept(Topics.PURGE_COMMANDS, properties.commandRetention())
                        .config(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime")
                        .build(),
                kept(Topics.PUSH_COMMANDS, properties.commandRetention())
                        .config(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime")
                        .build(),
                // One partition: every worker reads all of it. Kept as long as the commands that it concerns.
                kept(Topics.TASK_CANCELLATIONS, properties.commandRetention())
                        .partitions(1)
                        .build(),
                kept(Topics.TASK_EVENTS, properties.eventRetention()).build(),
                topic(Topics.NODE_EVENTS, Topics.MAX_MESSAGE_BYTES).compact().build(),
                // Retries that have ended are of no use when their commands have left the topic.
                kept(Topics.PURGE_RETRIES, properties.commandRetention())
                        .config(TopicConfig.CLEANUP_POLICY_CONFIG, "compact,delete")
                        .build(),
                // One partition, since the order of actions matters.
                topic(Topics.NODE_ACTIONS, Topics.MAX_MESSAGE_BYTES)
                        .partitions(1)
                        .compact()
                        .build(),
                // Questions and answers that nobody reads later.
                kept(Topics.INSPECTIONS, INSPECTION_RETENTION).partitions(1).build(),
                // One partition, whose order is that of the log.
                kept(Topics.AUDIT_LOG, properties.auditRetention())
                        .partitions(1)
                        .build());
        Stream<NewTopic> deadLetters = sources.stream()
                .map(source -> topic(Topics.deadLettersOf(source.name()), MAX_DEAD_LETTER_BYTES)
                        .partitions(source.numPartitions())
                        .config(TopicConfig.RETENTION_MS_CONFIG, millis(properties.commandRetention()))
                        .build());
        return Stream.concat(sources.stream(), deadLetters).toList();
    }

    private TopicBuilder kept(String name, Duration retention) {
        return topic(name, Topics.MAX_MESSAGE_BYTES).config(TopicConfig.RETENTION_MS_CONFIG, millis(retention));
    }

    private TopicBuilder topic(String name, int maxMessageBytes) {
        return TopicBuilder.name(name)
                .partitions(properties.partitions())
                .replicas(properties.replication())
                .config(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Integer.toString(properties.minInsyncReplicas()))
                .config(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxMessageBytes));
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}

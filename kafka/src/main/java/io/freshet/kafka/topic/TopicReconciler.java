package io.freshet.kafka.topic;

import io.freshet.kafka.topic.TopicComparison.TopicMismatch;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates missing topics and raises settings of existing ones, see {@link TopicComparison}. It adds no partitions: keys
 * would move to other ones.
 */
final class TopicReconciler {

    private static final Logger log = LoggerFactory.getLogger(TopicReconciler.class);

    private final List<NewTopic> required;

    TopicReconciler(List<NewTopic> required) {
        this.required = List.copyOf(required);
    }

    /**
     * Reconciles all topics, and returns the differences that remain.
     *
     * @throws KafkaException if it could not be done
     */
    List<TopicMismatch> reconcile(Admin admin) {
        Map<String, TopicDescription> existing = existing(admin);
        create(
                admin,
                required.stream()
                        .filter(topic -> !existing.containsKey(topic.name()))
                        .toList());
        try {
            List<TopicComparison> comparisons = comparisons(admin, existing);
            change(admin, comparisons);
            return comparisons.stream()
                    .flatMap(comparison -> comparison.mismatches().stream())
                    .toList();
        } catch (AuthorizationException e) {
            log.warn(
                    "Not allowed to read or raise the settings of the topics (DescribeConfigs, AlterConfigs). "
                            + "Make sure that they are as freshet.topics.* require: {}",
                    e.getMessage());
            return List.of();
        }
    }

    private Map<String, TopicDescription> existing(Admin admin) {
        Map<String, TopicDescription> found = new HashMap<>();
        admin.describeTopics(required.stream().map(NewTopic::name).toList())
                .topicNameValues()
                .forEach((name, answer) -> {
                    try {
                        found.put(name, await(answer));
                    } catch (UnknownTopicOrPartitionException e) {
                        log.debug("topic {} does not exist yet", name);
                    }
                });
        return found;
    }

    private static void create(Admin admin, List<NewTopic> missing) {
        if (missing.isEmpty()) {
            return;
        }
        admin.createTopics(missing).values().forEach((name, answer) -> {
            try {
                await(answer);
                log.info("Topic {} was created", name);
            } catch (TopicExistsException e) {
                log.debug("topic {} was created by another service", name);
            }
        });
    }

    private List<TopicComparison> comparisons(Admin admin, Map<String, TopicDescription> existing) {
        Map<ConfigResource, Config> settings = await(admin.describeConfigs(existing.keySet().stream()
                        .map(TopicReconciler::resource)
                        .toList())
                .all());
        return required.stream()
                .filter(topic -> existing.containsKey(topic.name()))
                .map(topic -> new TopicComparison(
                        topic,
                        Objects.requireNonNull(existing.get(topic.name())),
                        Objects.requireNonNull(settings.get(resource(topic.name())))))
                .toList();
    }

    private static void change(Admin admin, List<TopicComparison> comparisons) {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = comparisons.stream()
                .filter(comparison -> !comparison.changes().isEmpty())
                .collect(Collectors.toMap(
                        comparison -> resource(comparison.required().name()), TopicComparison::changes));
        if (!changes.isEmpty()) {
            await(admin.incrementalAlterConfigs(changes).all());
            changes.forEach((topic, settings) -> log.info(
                    "Settings of topic {} were changed: {}",
                    topic.name(),
                    settings.stream().map(AlterConfigOp::configEntry).toList()));
        }
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    /** Waits for the answer, which comes or fails within the admin client's own timeout. */
    private static <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        }
    }
}

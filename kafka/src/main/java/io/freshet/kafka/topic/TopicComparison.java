package io.freshet.kafka.topic;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Comparison of an existing topic with the required one. A setting that keeps records longer or safer is raised and
 * never lowered: the service that requires less may have been started with defaults.
 *
 * @param actual settings of the existing topic
 */
record TopicComparison(NewTopic required, TopicDescription existing, Config actual) {

    private static final Set<String> ONLY_RAISED = Set.of(
            TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
            TopicConfig.RETENTION_MS_CONFIG,
            TopicConfig.MAX_MESSAGE_BYTES_CONFIG);

    /** Difference that is not repaired. */
    record TopicMismatch(String topic, String setting, String actual, String required) {}

    /** Returns the changes to make now. */
    List<AlterConfigOp> changes() {
        return requiredSettings()
                .filter(setting -> differs(setting) && mayChange(setting))
                .map(setting -> new AlterConfigOp(
                        new ConfigEntry(setting.getKey(), setting.getValue()), AlterConfigOp.OpType.SET))
                .toList();
    }

    /** Returns the differences that remain. */
    List<TopicMismatch> mismatches() {
        Stream<TopicMismatch> settings = requiredSettings()
                .filter(setting -> differs(setting) && !mayChange(setting))
                .map(setting -> mismatch(setting.getKey(), actual(setting.getKey()), setting.getValue()));
        Stream<TopicMismatch> sizes = Stream.of(
                        mismatch("partitions", existing.partitions().size(), required.numPartitions()),
                        mismatch("replicas", replicas(), required.replicationFactor()))
                .filter(size -> !size.actual().equals(size.required()));
        return Stream.concat(sizes, settings).toList();
    }

    private Stream<Map.Entry<String, String>> requiredSettings() {
        return required.configs().entrySet().stream();
    }

    private boolean differs(Map.Entry<String, String> setting) {
        return !words(actual(setting.getKey())).equals(words(setting.getValue()));
    }

    private boolean mayChange(Map.Entry<String, String> setting) {
        String name = setting.getKey();
        return !ONLY_RAISED.contains(name)
                || number(setting.getValue()) > number(actual(name)) && !exceedsReplicas(setting);
    }

    /** Returns whether nothing could be written to the topic any more. */
    private boolean exceedsReplicas(Map.Entry<String, String> setting) {
        return setting.getKey().equals(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG)
                && number(setting.getValue()) > replicas();
    }

    private int replicas() {
        return existing.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
    }

    private String actual(String name) {
        ConfigEntry entry = actual.get(name);
        return entry == null || entry.value() == null ? "" : entry.value();
    }

    /** Returns the words of a list, whose order does not matter. */
    private static Set<String> words(String value) {
        return Set.copyOf(List.of(value.split(",")));
    }

    /** Reads a number, of which -1 means unlimited. */
    private static long number(String value) {
        long number = value.isEmpty() ? 0 : Long.parseLong(value);
        return number < 0 ? Long.MAX_VALUE : number;
    }

    private TopicMismatch mismatch(String setting, Object actualValue, Object requiredValue) {
        return new TopicMismatch(required.name(), setting, String.valueOf(actualValue), String.valueOf(requiredValue));
    }
}

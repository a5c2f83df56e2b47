package io.freshet.kafka.command;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Assigned partitions that a consumer has given up after a failure, until it takes them over anew. The time between
 * lets the consumer poll, and so learn whether another consumer owns the partition by now. For one thread.
 */
final class FailedPartitions {

    private final Duration backoff;
    /** Partition to the {@link System#nanoTime()} of its failure. */
    private final Map<TopicPartition, Long> failures = new HashMap<>();

    FailedPartitions(Duration backoff) {
        this.backoff = backoff;
    }

    /** Adds a partition, or begins its back-off again. */
    void add(TopicPartition partition) {
        failures.put(partition, System.nanoTime());
    }

    void remove(Collection<TopicPartition> partitions) {
        failures.keySet().removeAll(partitions);
    }

    void clear() {
        failures.clear();
    }

    Set<TopicPartition> all() {
        return failures.keySet();
    }

    /** Returns the partitions whose back-off is over. */
    List<TopicPartition> due() {
        long now = System.nanoTime();
        return failures.entrySet().stream()
                .filter(failure -> now - failure.getValue() >= backoff.toNanos())
                .map(Map.Entry::getKey)
                .toList();
    }
}

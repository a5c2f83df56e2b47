package io.freshet.kafka.command;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Trackers of all partitions of which a consumer executes commands. Thread-safe. */
final class OffsetTrackers {

    private final Map<TopicPartition, OffsetTracker> trackers = new ConcurrentHashMap<>();

    /**
     * Begins to track a partition, in place of the tracker that it may have.
     *
     * @param position the first offset that will be read
     */
    void add(TopicPartition partition, long position) {
        OffsetTracker former = trackers.put(partition, new OffsetTracker(position));
        if (former != null) {
            former.abandon();
        }
    }

    @Nullable
    OffsetTracker get(TopicPartition partition) {
        return trackers.get(partition);
    }

    void forEach(BiConsumer<TopicPartition, OffsetTracker> action) {
        trackers.forEach(action);
    }

    Set<TopicPartition> partitions() {
        return trackers.keySet();
    }

    int size() {
        return trackers.size();
    }

    /** Returns the number of objects of unfinished commands. */
    int inFlight() {
        return trackers.values().stream().mapToInt(OffsetTracker::inFlight).sum();
    }

    boolean idle() {
        return trackers.values().stream().allMatch(OffsetTracker::idle);
    }

    /** Returns the first offset that is not done, of those partitions that are tracked. */
    Map<TopicPartition, Long> positions(Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> positions = new HashMap<>();
        for (TopicPartition partition : partitions) {
            OffsetTracker tracker = trackers.get(partition);
            if (tracker != null) {
                positions.put(partition, tracker.position());
            }
        }
        return positions;
    }

    /** Returns the offset of a tracked partition that was allowed to be committed last, or its first position. */
    long committable(TopicPartition partition) {
        return requireNonNull(trackers.get(partition)).committable();
    }

    /** Returns the offsets to commit, at most these, and takes them for committed. */
    Map<TopicPartition, OffsetAndMetadata> toCommit(Map<TopicPartition, Long> committable) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        committable.forEach((partition, limit) -> {
            OffsetTracker tracker = requireNonNull(trackers.get(partition));
            tracker.toCommit(limit).ifPresent(offset -> {
                tracker.committing(offset);
                offsets.put(partition, new OffsetAndMetadata(offset));
            });
        });
        return offsets;
    }

    /** Notes that the last commit of these partitions failed and must be repeated. */
    void commitFailed(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            OffsetTracker tracker = trackers.get(partition);
            if (tracker != null) {
                tracker.commitFailed();
            }
        }
    }

    /** Tracks these partitions no longer. Returns those that were tracked. */
    List<TopicPartition> abandon(Collection<TopicPartition> partitions) {
        return partitions.stream()
                .filter(partition -> {
                    OffsetTracker tracker = trackers.remove(partition);
                    if (tracker != null) {
                        tracker.abandon();
                    }
                    return tracker != null;
                })
                .toList();
    }
}

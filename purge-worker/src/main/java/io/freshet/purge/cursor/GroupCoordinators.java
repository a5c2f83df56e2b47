package io.freshet.purge.cursor;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brokers that coordinate consumer groups. A transactional producer sends the offsets of one group at a time and
 * remembers one coordinator: each change of the coordinator costs it a refused request, a lookup and a back-off.
 */
final class GroupCoordinators {

    private static final Logger log = LoggerFactory.getLogger(GroupCoordinators.class);

    /** Partition of the offsets topic to the id of the broker that leads it. */
    private final Map<Integer, Integer> leaders;

    private GroupCoordinators(Map<Integer, Integer> leaders) {
        this.leaders = leaders;
    }

    /** Returns the coordinators as the producer's metadata shows them; none if it may not read them. */
    static GroupCoordinators of(Producer<?, ?> producer) {
        Map<Integer, Integer> leaders = new HashMap<>();
        try {
            for (PartitionInfo partition : producer.partitionsFor(Topic.GROUP_METADATA_TOPIC_NAME)) {
                Node leader = partition.leader();
                leaders.put(
                        partition.partition(), leader == null ? Node.noNode().id() : leader.id());
            }
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            log.debug("The coordinators of the consumer groups are not known", e);
        }
        return new GroupCoordinators(leaders);
    }

    /** Returns the groups ordered by their coordinators, so that each coordinator is used once. */
    List<String> order(Collection<String> groups) {
        return groups.stream()
                .sorted(Comparator.comparing(this::coordinator).thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    private int coordinator(String group) {
        int partition = leaders.isEmpty() ? 0 : Utils.abs(group.hashCode()) % leaders.size();
        return leaders.getOrDefault(partition, Node.noNode().id());
    }
}

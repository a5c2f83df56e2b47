package io.freshet.purge.cursor;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.message.NodeCursor;
import io.freshet.contracts.message.UnreadableMessageException;
import io.freshet.kafka.KafkaClients;
import io.freshet.kafka.ReceivedMessage;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Store of all cursors: a compacted topic with a record of each node on each partition of the purge commands. All
 * methods throw {@link KafkaException}.
 */
public final class CursorStore {

    private static final Logger log = LoggerFactory.getLogger(CursorStore.class);

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Fences workers that register or forget nodes at the same time. */
    private static final String REGISTRATION = "freshet-new-nodes";

    private final KafkaClients clients;
    private final CursorTopic topic;

    public CursorStore(KafkaClients clients, CommandTopic commands) {
        this.clients = clients;
        this.topic = new CursorTopic(clients, commands.admin());
    }

    /** Opens the producer of a partition's cursors. From now on Kafka refuses what former owners try to commit. */
    public CursorProducer open(int partition) {
        return new CursorProducer(partition, transactions("freshet-cursors-" + partition));
    }

    private CursorTransactions transactions(String id) {
        return CursorTransactions.open(clients.transactional(id, TIMEOUT));
    }

    /** Returns the cursors of all nodes on a partition, also of nodes that have left the fleet. */
    public Map<String, Cursors> read(int partition) {
        Map<String, Cursors> cursors = new HashMap<>();
        topic.read(partition).forEach((key, record) -> {
            try {
                cursors.put(key.node(), Cursors.of(ReceivedMessage.read(record, NodeCursor.class)));
            } catch (UnreadableMessageException e) {
                log.warn("The cursor {} cannot be read and counts as lost: {}", key, e.getMessage());
            }
        });
        return cursors;
    }

    /** Returns those of these nodes that have a cursor on any partition. */
    public Set<String> known(Collection<String> nodes) {
        Set<String> known =
                topic.readAll().keySet().stream().map(CursorKey::node).collect(Collectors.toSet());
        known.retainAll(new HashSet<>(nodes));
        return known;
    }

    /**
     * Commits the first cursors of nodes, on all partitions in one transaction. A node that another worker has
     * registered is left as it is.
     *
     * @param cursors by node and partition
     * @throws KafkaException if the nodes may not have been registered, for example because another worker is
     *     registering nodes
     */
    public void register(Map<String, Map<Integer, Cursor>> cursors) {
        try (CursorTransactions transactions = transactions(REGISTRATION)) {
            Set<String> known = known(cursors.keySet());
            transactions.write(cursors.keySet().stream()
                    .filter(node -> !known.contains(node))
                    .flatMap(node -> messages(node, requireNonNull(cursors.get(node))).stream())
                    .toList());
        }
    }

    private static List<NodeCursor> messages(String node, Map<Integer, Cursor> cursors) {
        return cursors.entrySet().stream()
                .map(entry -> new Cursors(entry.getValue(), entry.getValue().offset()).toMessage(entry.getKey(), node))
                .toList();
    }

    /**
     * Deletes the cursors of nodes that have left the fleet, on all partitions in one transaction. A node that comes
     * back is new then.
     */
    public void forget(Collection<String> nodes) {
        Set<String> gone = Set.copyOf(nodes);
        try (CursorTransactions transactions = transactions(REGISTRATION)) {
            transactions.delete(topic.readAll().keySet().stream()
                    .filter(key -> gone.contains(key.node()))
                    .toList());
        }
    }
}

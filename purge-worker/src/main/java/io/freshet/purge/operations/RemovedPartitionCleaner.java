package io.freshet.purge.operations;

import io.freshet.contracts.message.NodeChanged;
import io.freshet.kafka.MessagePublisher;
import io.freshet.purge.control.NodeEvents;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.ownership.OwnedPartitions;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the states of nodes on partitions that the purge commands no longer have, because the topic was created again
 * with fewer. No worker owns them, so nobody would ever contradict a state {@code lagging}. Only the worker that owns
 * the first partition deletes.
 */
public final class RemovedPartitionCleaner implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RemovedPartitionCleaner.class);
    private static final int FIRST_PARTITION = 0;

    private final OwnedPartitions partitions;
    private final CommandTopic commands;
    private final NodeEvents events;
    private final MessagePublisher publisher;
    private final PeriodicTask task;

    /** @param interval between two checks */
    public RemovedPartitionCleaner(
            OwnedPartitions partitions,
            CommandTopic commands,
            NodeEvents events,
            MessagePublisher publisher,
            Duration interval) {
        this.partitions = partitions;
        this.commands = commands;
        this.events = events;
        this.publisher = publisher;
        this.task = new PeriodicTask("removed-partitions", interval, this::clean);
    }

    private void clean() throws InterruptedException {
        if (partitions.open(FIRST_PARTITION).isEmpty()) {
            return;
        }
        try {
            int count = commands.partitions();
            List<NodeChanged> removed = events.statesFrom(count);
            for (NodeChanged state : removed) {
                publisher.deleteUntilAcknowledged(state);
                log.info(
                        "The state of {} on partition {} is deleted: the topic has {} partitions",
                        state.node(),
                        state.partition(),
                        count);
            }
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            log.debug("The number of partitions is not known", e);
        }
    }

    @Override
    public void close() {
        task.close();
    }
}

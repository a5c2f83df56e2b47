package io.freshet.purge.ownership;

import io.freshet.kafka.TaskCancellations;
import io.freshet.purge.control.NodeActions;
import io.freshet.purge.control.NodeEvents;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.cursor.Cursors;
import io.freshet.purge.partition.OffsetRange;
import io.freshet.purge.partition.PartitionState;
import io.freshet.purge.replay.PartitionReader;
import io.freshet.purge.retry.RetryLists;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a partition from its committed cursors, once all definitions of nodes, node actions, node events and
 * cancellations have been read.
 */
final class PartitionOpener {

    private static final Logger log = LoggerFactory.getLogger(PartitionOpener.class);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

    private final PartitionState partition;
    private final long start;
    private final CommandTopic commands;
    private final CursorWriter cursorWriter;
    private final NodeRegistration registration;
    private final NodeActions actions;
    private final TaskCancellations cancellations;
    private final NodeEvents events;
    private final RetryLists retries;

    /** End of the partition when it was opened. */
    private volatile long end;

    /** @param start position of the consumer group when the partition was assigned */
    PartitionOpener(
            PartitionState partition,
            long start,
            CommandTopic commands,
            CursorWriter cursorWriter,
            NodeRegistration registration,
            NodeActions actions,
            TaskCancellations cancellations,
            NodeEvents events,
            RetryLists retries) {
        this.partition = partition;
        this.start = start;
        this.commands = commands;
        this.cursorWriter = cursorWriter;
        this.registration = registration;
        this.actions = actions;
        this.cancellations = cancellations;
        this.events = events;
        this.retries = retries;
    }

    /** Tries to open the partition. Returns false, after a pause, if it must be tried again. */
    boolean tryOpen() throws InterruptedException {
        if (!registration.isFleetComplete()
                || !actions.isComplete()
                || !cancellations.isComplete()
                || !events.isComplete()) {
            Thread.sleep(POLL_INTERVAL);
            return false;
        }
        try {
            open();
            return true;
        } catch (InterruptException e) {
            throw e;
        } catch (RuntimeException e) {
            log.warn(
                    "The cursors of partition {} cannot be read; the worker tries again: {}",
                    partition.partition(),
                    e.toString());
            cursorWriter.closeProducer();
            Thread.sleep(RETRY_INTERVAL);
            return false;
        }
    }

    private void open() throws InterruptedException {
        int number = partition.partition();
        long beginning = commands.beginning(number);
        cursorWriter.open(); // from here on no other worker moves the cursors
        Map<String, Cursors> committed = registration.withFirstCursors(number, partition.nodes());
        end = commands.end(number);
        partition.open(commands.topicId(), start, beginning, end, committed, actions.lastAction());
        retries.open(partition, beginning);
    }

    /** Returns whether an earlier owner of the partition may have dispatched the command at this offset. */
    boolean mayHaveBeenSent(long offset) {
        return offset < end;
    }

    /** Reads when the oldest command was accepted that a node has not received: only the topic tells. */
    void readAges(PartitionReader reader) {
        try (reader) {
            for (OffsetRange missing : partition.rangesOfUnknownAge()) {
                ConsumerRecord<String, byte[]> record = reader.first(missing.from(), missing.to());
                if (record != null) {
                    partition.noteAge(missing.from(), Instant.ofEpochMilli(record.timestamp()));
                }
            }
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            log.debug("The lag of the nodes on partition {} is known when they catch up", partition.partition(), e);
        }
    }
}

package io.freshet.purge.replay;

import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.UnreadableMessageException;
import io.freshet.kafka.ReceivedMessage;
import io.freshet.kafka.TaskCancellations;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.partition.OffsetRange;
import io.freshet.purge.partition.PartitionState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replay of one partition's commands, in order, for the nodes that are due. Several nodes share one reader: it begins
 * at the node that is farthest behind, and each node takes part from its own offset on. Cancelled tasks are left out.
 */
public abstract class LogReplay implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LogReplay.class);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

    /** The consumer is closed when it has not been used for this long. */
    private static final long IDLE_NANOS = Duration.ofSeconds(5).toNanos();

    final PartitionState partition;
    private final PartitionReader reader;
    private final CommandTopic commands;
    private final TaskCancellations cancellations;

    /** One thread per partition, not a scheduled task: {@link #close} must interrupt whatever it waits for. */
    private final Thread thread;

    LogReplay(
            String name,
            PartitionState partition,
            PartitionReader reader,
            CommandTopic commands,
            TaskCancellations cancellations) {
        this.partition = partition;
        this.reader = reader;
        this.commands = commands;
        this.cancellations = cancellations;
        this.thread =
                Thread.ofVirtual().name(name + '-' + partition.partition()).unstarted(this::run);
    }

    /** Returns the range to read now. */
    abstract Optional<OffsetRange> next();

    /** Returns the nodes that need the command at this offset. */
    abstract List<NodeChannel> due(long offset);

    /** Sends a command to these nodes, and notes on the partition which of them have received it. */
    abstract void send(RefreshCommand command, long offset, List<NodeChannel> due) throws InterruptedException;

    /** Notes on the partition that this range holds nothing to send. */
    abstract void skip(OffsetRange range);

    public void start() {
        thread.start();
    }

    private void run() {
        try {
            long lastUse = System.nanoTime();
            while (!Thread.currentThread().isInterrupted()) {
                Optional<OffsetRange> range = next();
                if (range.isPresent()) {
                    replayFirst(range.get());
                    lastUse = System.nanoTime();
                } else {
                    if (System.nanoTime() - lastUse > IDLE_NANOS) {
                        reader.close();
                    }
                    TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL.toMillis());
                }
            }
        } catch (InterruptedException | InterruptException e) {
            log.debug("{} was closed", Thread.currentThread().getName());
        } finally {
            Thread.interrupted(); // an interrupt would make closing the consumer fail
            reader.close();
        }
    }

    private void replayFirst(OffsetRange range) throws InterruptedException {
        try {
            ConsumerRecord<String, byte[]> record = reader.first(range.from(), range.to());
            if (record == null) {
                skip(range);
            } else {
                replay(record, range.from());
            }
        } catch (InterruptException e) {
            throw e;
        } catch (OffsetOutOfRangeException e) {
            reader.close();
            partition.advanceBeginning(commands.beginning(partition.partition()));
            Thread.sleep(POLL_INTERVAL);
        } catch (KafkaException e) {
            log.warn(
                    "{} cannot read from Kafka; it tries again: {}",
                    Thread.currentThread().getName(),
                    e.toString());
            reader.close();
            Thread.sleep(RETRY_INTERVAL);
        } catch (RuntimeException e) {
            log.error(
                    "{}: unexpected failure; it tries again",
                    Thread.currentThread().getName(),
                    e);
            reader.close();
            Thread.sleep(RETRY_INTERVAL);
        }
    }

    private void replay(ConsumerRecord<String, byte[]> record, long from) throws InterruptedException {
        RefreshCommand command = read(record);
        skip(new OffsetRange(from, command == null ? record.offset() + 1 : record.offset()));
        List<NodeChannel> due = due(record.offset());
        if (command != null && cancellations.isCancelled(command.taskId())) {
            skip(new OffsetRange(record.offset(), record.offset() + 1));
        } else if (command != null && !due.isEmpty()) {
            try {
                send(command, record.offset(), due);
            } catch (Purge.NotCanonicalException e) {
                skip(new OffsetRange(record.offset(), record.offset() + 1)); // became a dead letter at its dispatch
            }
        }
    }

    /** Returns null for a record that became a dead letter when it was read for the first time. */
    private static @Nullable RefreshCommand read(ConsumerRecord<String, byte[]> record) {
        try {
            return ReceivedMessage.read(record, RefreshCommand.class);
        } catch (UnreadableMessageException e) {
            return null;
        }
    }

    /** Interrupts the replay and returns at once. */
    @Override
    public void close() {
        thread.interrupt();
    }
}

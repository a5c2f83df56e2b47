package io.freshet.purge.delivery;

import io.freshet.contracts.message.RefreshCommand;
import io.freshet.contracts.message.UnreadableMessageException;
import io.freshet.kafka.ReceivedMessage;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.driver.Purge;
import io.freshet.purge.node.NodeChannel;
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
 * Goes over commands of one partition again, one after the other, for the nodes that need it, on a thread of its own. Several nodes share the
 * reading: it begins where the one that is farthest behind is, and each takes part from where it is itself.
 */
abstract class LogReplay implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LogReplay.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** So long a connection is kept that nothing is read from. */
    private static final long KEEP_NANOS = Duration.ofSeconds(5).toNanos();

    final PartitionState shard;
    private final PartitionReader reader;
    private final CommandTopic commands;
    private final Thread thread;

    LogReplay(String name, PartitionState shard, PartitionReader reader, CommandTopic commands) {
        this.shard = shard;
        this.reader = reader;
        this.commands = commands;
        this.thread = Thread.ofVirtual().name(name + '-' + shard.partition()).unstarted(this::run);
    }

    /** What is to be read now. */
    abstract Optional<PartitionState.OffsetRange> stretch();

    /** Who needs the command at this offset. */
    abstract List<NodeChannel> due(long offset);

    /** Sends it to them, and notes on the shard who has got it. */
    abstract void send(RefreshCommand command, long offset, List<NodeChannel> due) throws InterruptedException;

    /** Nothing of this stretch is to be sent. */
    abstract void passOver(PartitionState.OffsetRange nothing);

    void start() {
        thread.start();
    }

    private void run() {
        try {
            long lastUse = System.nanoTime();
            while (!Thread.currentThread().isInterrupted()) {
                Optional<PartitionState.OffsetRange> stretch = stretch();
                if (stretch.isPresent()) {
                    goOver(stretch.get());
                    lastUse = System.nanoTime();
                } else {
                    if (System.nanoTime() - lastUse > KEEP_NANOS) {
                        reader.close();
                    }
                    TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN.toMillis());
                }
            }
        } catch (InterruptedException | InterruptException e) {
            log.debug("{} ends", Thread.currentThread().getName());
        } finally {
            Thread.interrupted(); // which would break off the closing
            reader.close();
        }
    }

    private void goOver(PartitionState.OffsetRange stretch) throws InterruptedException {
        try {
            ConsumerRecord<String, byte[]> record = reader.first(stretch.from(), stretch.to());
            if (record == null) {
                passOver(stretch);
            } else {
                goOver(record, stretch.from());
            }
        } catch (InterruptException e) {
            throw e;
        } catch (OffsetOutOfRangeException e) {
            reader.close();
            shard.beginsAt(commands.beginning(shard.partition()));
            Thread.sleep(LOOK_AGAIN);
        } catch (KafkaException e) {
            log.warn("{} cannot read the log: {}", Thread.currentThread().getName(), e.toString());
            reader.close();
            Thread.sleep(RETRY);
        } catch (RuntimeException e) {
            log.error("{} failed in a way it should not", Thread.currentThread().getName(), e);
            reader.close();
            Thread.sleep(RETRY);
        }
    }

    private void goOver(ConsumerRecord<String, byte[]> record, long from) throws InterruptedException {
        RefreshCommand command = read(record);
        passOver(new PartitionState.OffsetRange(from, command == null ? record.offset() + 1 : record.offset()));
        List<NodeChannel> due = due(record.offset());
        if (command != null && !due.isEmpty()) {
            try {
                send(command, record.offset(), due);
            } catch (Purge.NotCanonicalException e) {
                // This became a dead letter, too.
                passOver(new PartitionState.OffsetRange(record.offset(), record.offset() + 1));
            }
        }
    }

    /** Null for what became a dead letter when it was read for the first time. */
    private static @Nullable RefreshCommand read(ConsumerRecord<String, byte[]> record) {
        try {
            return ReceivedMessage.read(record, RefreshCommand.class);
        } catch (UnreadableMessageException e) {
            return null;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}

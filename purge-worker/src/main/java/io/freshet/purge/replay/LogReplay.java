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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replay of one partition's commands for the nodes that are due, many at once, noted in their order. Several nodes
 * share one reader: it begins at the node that is farthest behind, and each node takes part from its own offset on.
 * Cancelled tasks are left out.
 */
public abstract class LogReplay implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LogReplay.class);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

    /** Commands that are sent at once: bans are joined. */
    private static final int MAX_COMMANDS = 256;

    /** Objects at which no further command is read: commands of many objects are sent one after the other. */
    private static final int MAX_OBJECTS = 1_000;

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

    /**
     * Sends a command to these nodes. Several are sent at once.
     *
     * @return notes on the partition which of the nodes have received it; called in the order of the commands
     */
    abstract Completion send(RefreshCommand command, long offset, List<NodeChannel> due) throws InterruptedException;

    /** Notes on the partition that this range holds nothing to send. */
    abstract void skip(OffsetRange range);

    /** Notes when the command was accepted that is sent to these nodes now. */
    void noteAge(List<NodeChannel> due, Instant acceptedAt) {
        partition.noteOldestMissing(due, acceptedAt);
    }

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
            replay(read(range));
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

    /** Reads the next commands of a range: at least one step, and not more commands than may be sent at once. */
    private List<Step> read(OffsetRange range) {
        List<Step> steps = new ArrayList<>();
        long from = range.from();
        int objects = 0;
        while (steps.size() < MAX_COMMANDS && objects < MAX_OBJECTS && from < range.to()) {
            ConsumerRecord<String, byte[]> record = reader.first(from, range.to());
            if (record == null) {
                steps.add(Step.skipping(new OffsetRange(from, range.to())));
                return steps;
            }
            RefreshCommand command = read(record);
            long offset = record.offset();
            if (command == null || cancellations.isCancelled(command.taskId())) {
                steps.add(Step.skipping(new OffsetRange(from, offset + 1)));
            } else {
                steps.add(new Step(new OffsetRange(from, offset), offset, command, due(offset)));
                objects += command.objects().size();
            }
            from = offset + 1;
        }
        return steps;
    }

    /** Sends all commands at once, since nodes take many of them for the price of few, and notes each in its order. */
    private void replay(List<Step> steps) throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                List<Future<@Nullable Completion>> sent = steps.stream()
                        .map(step -> threads.submit(() -> dispatch(step)))
                        .toList();
                for (int i = 0; i < steps.size(); i++) {
                    complete(steps.get(i), sent.get(i));
                }
            } finally {
                threads.shutdownNow(); // of those that are complete, none is left
            }
        }
    }

    private @Nullable Completion dispatch(Step step) throws InterruptedException {
        RefreshCommand command = step.command();
        if (command == null || step.due().isEmpty()) {
            return null;
        }
        try {
            return send(command, step.offset(), step.due());
        } catch (Purge.NotCanonicalException e) {
            // It became a dead letter at its dispatch.
            return () -> skip(new OffsetRange(step.offset(), step.offset() + 1));
        }
    }

    private void complete(Step step, Future<@Nullable Completion> sent) throws InterruptedException {
        skip(step.empty());
        RefreshCommand command = step.command();
        if (command != null) {
            noteAge(step.due(), command.acceptedAt());
        }
        Completion completion = result(sent);
        if (completion != null) {
            completion.complete();
        }
    }

    private static @Nullable Completion result(Future<@Nullable Completion> sent) throws InterruptedException {
        try {
            return sent.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case InterruptedException cause -> throw cause;
                case null, default -> throw new IllegalStateException(e.getCause());
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

    /**
     * Part of a range.
     *
     * @param empty holds nothing to send; ends before the command
     * @param command null if there is none
     * @param due nodes that need the command
     */
    private record Step(
            OffsetRange empty, long offset, @Nullable RefreshCommand command, List<NodeChannel> due) {

        static Step skipping(OffsetRange range) {
            return new Step(range, range.to(), null, List.of());
        }
    }

    /** Rest of a command that was sent, for the time when all before it are complete. */
    interface Completion {
        void complete() throws InterruptedException;
    }

    /** Waits until the replay has ended after its close. */
    public void awaitEnd() throws InterruptedException {
        thread.join();
    }

    /** Interrupts the replay and returns at once. */
    @Override
    public void close() {
        thread.interrupt();
    }
}

package io.freshet.kafka.command;

import io.freshet.contracts.message.Command;
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
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Consumer of commands that executes many at once and commits up to the first unfinished one. So the next owner of a
 * partition receives each command that was not finished. A command that cannot be read or executed becomes a dead
 * letter, and its task fails.
 *
 * <p>Each partition has an equal share of the objects in flight, so a stuck partition does not stop the others.
 */
public final class CommandConsumer<C extends Command> implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(CommandConsumer.class);
    private static final Duration POLL = Duration.ofMillis(100);
    /** Poll timeout while a partition is paused: nothing wakes the poll when it may resume. */
    private static final Duration POLL_WHILE_PAUSED = Duration.ofMillis(10);

    private static final Duration RESTART_BACKOFF = Duration.ofSeconds(1);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final long COMMIT_INTERVAL_NANOS = Duration.ofMillis(200).toNanos();

    private final KafkaClients clients;
    private final String topic;
    private final String group;
    private final Class<C> type;
    private final CommandHandler<C> handler;
    private final FailedCommandHandler failedCommands;
    private final ConsumerLimits limits;

    private final OffsetTrackers trackers = new OffsetTrackers();
    private volatile boolean running;
    /** Whether a stop waits for commands in flight. */
    private volatile boolean drainOnStop;

    private @Nullable Thread thread;
    private long lastCommit = System.nanoTime();

    CommandConsumer(
            KafkaClients clients,
            String topic,
            String group,
            Class<C> type,
            CommandHandler<C> handler,
            FailedCommandHandler failedCommands,
            ConsumerLimits limits) {
        this.clients = clients;
        this.topic = topic;
        this.group = group;
        this.type = type;
        this.handler = handler;
        this.failedCommands = failedCommands;
        this.limits = limits;
    }

    @Override
    public synchronized void start() {
        if (!running) {
            running = true;
            drainOnStop = true;
            thread = Thread.ofPlatform().name(group + "-consumer").start(this::run);
        }
    }

    /** Stops consuming, waits for commands in flight up to the stop timeout, commits, and leaves the group. */
    @Override
    public synchronized void stop() {
        running = false;
        if (thread == null) {
            return;
        }
        try {
            thread.join(limits.stopTimeout().plus(CLOSE_TIMEOUT).plus(CLOSE_TIMEOUT));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread = null;
    }

    /** Leaves the group at once. The next owner repeats the commands in flight. It can be started again. */
    public synchronized void leave() {
        drainOnStop = false;
        stop();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Returns the number of objects of unfinished commands. */
    public int objectsInFlight() {
        return trackers.inFlight();
    }

    private void run() {
        while (running) {
            try {
                consumeUntilStopped();
            } catch (RuntimeException e) {
                log.warn("Consumer of group {} on {} failed; restarting", group, topic, e);
                pauseBeforeRestart();
            }
        }
    }

    private void consumeUntilStopped() {
        Consumer<String, byte[]> consumer = consumer();
        try {
            consumer.subscribe(List.of(topic), new RebalanceListener(consumer));
            consume(consumer);
            drain(consumer);
        } finally {
            consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
        }
    }

    private Consumer<String, byte[]> consumer() {
        Map<String, Object> settings = clients.consumer(group);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, limits.recordsPerPoll());
        return new KafkaConsumer<>(settings);
    }

    private void consume(Consumer<String, byte[]> consumer) {
        while (running) {
            boolean paused = pauseFullPartitions(consumer);
            consumer.poll(paused ? POLL_WHILE_PAUSED : POLL).forEach(this::begin);
            commitIfDue(consumer);
        }
    }

    private boolean pauseFullPartitions(Consumer<?, ?> consumer) {
        int share = Math.max(1, limits.objects() / Math.max(1, trackers.size()));
        Set<TopicPartition> waiting = new HashSet<>();
        trackers.forEach((partition, tracker) -> {
            if (tracker.inFlight() >= share || !handler.isReady(partition)) {
                waiting.add(partition);
            }
        });
        if (!waiting.equals(consumer.paused())) {
            consumer.resume(consumer.paused());
            consumer.pause(waiting);
        }
        return !waiting.isEmpty();
    }

    private void begin(ConsumerRecord<String, byte[]> record) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        OffsetTracker tracker = trackers.get(partition);
        if (tracker == null) {
            throw new IllegalStateException(partition + " delivered records but was never assigned");
        }
        C command;
        try {
            command = ReceivedMessage.read(record, type);
        } catch (UnreadableMessageException e) {
            tracker.begin(record.offset(), 1);
            failedCommands.handle(record, null, e, tracker);
            return;
        }
        OffsetTracker.OpenRecord open =
                tracker.begin(record.offset(), command.objects().size());
        handle(command, partition, record.offset(), open::releaseObject).whenComplete((_, failure) -> {
            if (failure == null) {
                tracker.done(record.offset());
            } else if (!tracker.abandoned()) {
                failedCommands.handle(record, command, failure, tracker);
            }
        });
    }

    private CompletableFuture<Void> handle(C command, TopicPartition partition, long offset, Runnable objectReleased) {
        try {
            return handler.handle(command, partition, offset, objectReleased);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void commitIfDue(Consumer<?, ?> consumer) {
        if (System.nanoTime() - lastCommit < COMMIT_INTERVAL_NANOS) {
            return;
        }
        lastCommit = System.nanoTime();
        Map<TopicPartition, OffsetAndMetadata> offsets = trackers.toCommit(committable(consumer));
        if (!offsets.isEmpty()) {
            consumer.commitAsync(offsets, this::committed);
        }
    }

    /** Returns the offsets that may be committed. Takes partitions over anew of which the handler cannot tell. */
    private Map<TopicPartition, Long> committable(Consumer<?, ?> consumer) {
        Map<TopicPartition, Long> committable = new HashMap<>();
        trackers.positions(trackers.partitions()).forEach((partition, position) -> {
            try {
                committable.put(partition, handler.committablePosition(partition, position));
            } catch (KafkaException e) {
                log.warn("Group {} takes over {} anew: {}", group, partition, e.toString());
                takeOverAnew(consumer, partition);
            }
        });
        return committable;
    }

    private void takeOverAnew(Consumer<?, ?> consumer, TopicPartition partition) {
        long position = trackers.committable(partition);
        consumer.seek(partition, position);
        takeOver(consumer, Map.of(partition, position));
    }

    private void takeOver(Consumer<?, ?> consumer, Map<TopicPartition, Long> positions) {
        consumer.pause(positions.keySet()); // until the handler is ready for them
        positions.forEach(trackers::add);
        handler.assigned(positions, consumer.groupMetadata().generationId());
    }

    /** Marks failed commits, which meet a rebalance or an unavailable broker, for the next attempt. */
    private void committed(Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable Exception failure) {
        if (failure == null) {
            return;
        }
        log.debug("Group {} could not commit {}; it will retry", group, offsets, failure);
        trackers.commitFailed(offsets.keySet());
    }

    /** Keeps polling to stay in the group, but executes nothing: records that still arrive are not committed. */
    private void drain(Consumer<String, byte[]> consumer) {
        long deadline = System.nanoTime() + limits.stopTimeout().toNanos();
        while (drainOnStop && !trackers.idle() && System.nanoTime() < deadline) {
            consumer.pause(consumer.assignment());
            consumer.poll(POLL_WHILE_PAUSED);
        }
    }

    private void pauseBeforeRestart() {
        try {
            Thread.sleep(RESTART_BACKOFF);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closing the consumer revokes all partitions, so this also makes the last commit. */
    private final class RebalanceListener implements ConsumerRebalanceListener {

        private final Consumer<?, ?> consumer;

        RebalanceListener(Consumer<?, ?> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (partitions.isEmpty()) {
                return;
            }
            Map<TopicPartition, Long> positions = new HashMap<>();
            partitions.forEach(partition -> positions.put(partition, consumer.position(partition, CLOSE_TIMEOUT)));
            takeOver(consumer, positions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            try {
                consumer.commitSync(
                        trackers.toCommit(handler.finalCommittablePositions(trackers.positions(partitions))),
                        CLOSE_TIMEOUT);
            } catch (KafkaException e) {
                log.warn(
                        "Group {} gave up {} without a last commit; some commands will be repeated",
                        group,
                        partitions,
                        e);
            }
            onPartitionsLost(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            List<TopicPartition> owned = trackers.abandon(partitions);
            if (!owned.isEmpty()) {
                handler.revoked(owned);
            }
        }
    }
}

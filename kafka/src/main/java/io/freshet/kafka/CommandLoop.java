package io.freshet.kafka;

import static java.util.Objects.requireNonNull;

import io.freshet.contracts.message.Command;
import io.freshet.contracts.message.UnreadableMessageException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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
 * Consumes commands, many at once, and commits up to the first that is not done: whatever happens to this loop, the next owner of the
 * partition gets every command that was not finished. A command that cannot be read or handled becomes a dead letter, and its task fails.
 *
 * <p>Every partition has an equal share of what may be in flight, so one that is stuck does not hold up the others.
 */
public final class CommandLoop<C extends Command> implements SmartLifecycle {

    /** Does the work. All methods are called on the loop's thread and must return at once. */
    public interface Handler<C extends Command> {

        /**
         * Begins the work of a command.
         *
         * @return completes when the command is done and may be committed; fails if it never can be done
         */
        CompletableFuture<Void> handle(C command, TopicPartition partition, long offset);

        /**
         * These partitions are this loop's now.
         *
         * @param positions where each of them will be read from
         */
        default void assigned(Map<TopicPartition, Long> positions) {}

        /** Whether commands of this partition may come; asked again and again. */
        default boolean isReady(TopicPartition partition) {
            return true;
        }

        /**
         * Everything below this position is done.
         *
         * @return how far that may be committed now
         * @throws KafkaException if the partition is not this loop's any more; it begins anew then
         */
        default long secured(TopicPartition partition, long position) {
            return position;
        }

        /** The same for the last time: these partitions are given up as soon as this returns. */
        default Map<TopicPartition, Long> securedAtLast(Map<TopicPartition, Long> positions) {
            return positions;
        }

        /** These partitions are somebody else's, or nobody's: what is open there is to be abandoned. Its futures count for nothing. */
        default void revoked(Collection<TopicPartition> partitions) {}
    }

    /**
     * How much at once.
     *
     * @param objects in flight over all partitions of this loop; one poll of records may go beyond
     * @param recordsPerPoll small, since a record may hold a thousand objects
     * @param stopTimeout how long a stop waits for what is in flight
     */
    public record Limits(int objects, int recordsPerPoll, Duration stopTimeout) {

        public Limits {
            if (objects < 1 || recordsPerPoll < 1 || stopTimeout.isNegative()) {
                throw new IllegalArgumentException("objects in flight (" + objects + ") and records per poll ("
                        + recordsPerPoll + ") are at least 1, the stop timeout (" + stopTimeout + ") is not negative");
            }
        }
    }

    private static final Logger log = LoggerFactory.getLogger(CommandLoop.class);
    private static final Duration POLL = Duration.ofMillis(100);
    /** While a partition is paused nothing wakes the poll, so look often whether it may go on. */
    private static final Duration POLL_WHILE_PAUSED = Duration.ofMillis(10);

    private static final Duration RESTART = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final long COMMIT_EVERY = Duration.ofMillis(200).toNanos();

    private final KafkaClients clients;
    private final String topic;
    private final String group;
    private final Class<C> type;
    private final Handler<C> handler;
    private final FailedCommandHandler burial;
    private final Limits limits;

    private final Map<TopicPartition, OffsetTracker> trackers = new ConcurrentHashMap<>();
    private volatile boolean running;
    private volatile boolean patient;
    private @Nullable Thread thread;
    private long lastCommit = System.nanoTime();

    public CommandLoop(
            KafkaClients clients,
            String topic,
            String group,
            Class<C> type,
            Handler<C> handler,
            DeadLetters deadLetters,
            MessagePublisher publisher,
            Limits limits) {
        this.clients = clients;
        this.topic = topic;
        this.group = group;
        this.type = type;
        this.handler = handler;
        this.burial = new FailedCommandHandler(deadLetters, publisher, group);
        this.limits = limits;
    }

    @Override
    public synchronized void start() {
        if (!running) {
            running = true;
            patient = true;
            thread = Thread.ofPlatform().name(group + "-loop").start(this::run);
        }
    }

    /** Takes no more commands, waits for what is in flight as long as the limits say, commits, and leaves the group. */
    @Override
    public synchronized void stop() {
        running = false;
        if (thread == null) {
            return;
        }
        try {
            thread.join(limits.stopTimeout().plus(CLOSE).plus(CLOSE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread = null;
    }

    /** Leaves the group without waiting for what is in flight, which the next owner does again. It can be started again. */
    public synchronized void leave() {
        patient = false;
        stop();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Objects of the commands that were begun and are not done. */
    public int objectsInFlight() {
        return trackers.values().stream().mapToInt(OffsetTracker::inFlight).sum();
    }

    private void run() {
        while (running) {
            try {
                consumeUntilStopped();
            } catch (RuntimeException e) {
                log.warn("Group {} stumbled over {} and begins anew", group, topic, e);
                rest();
            }
        }
    }

    private void consumeUntilStopped() {
        Consumer<String, byte[]> consumer = consumer();
        try {
            consumer.subscribe(List.of(topic), new Ownership(consumer));
            consume(consumer);
            finish(consumer);
        } finally {
            consumer.close(CloseOptions.timeout(CLOSE));
        }
    }

    private Consumer<String, byte[]> consumer() {
        Map<String, Object> settings = clients.consumer(group);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, limits.recordsPerPoll());
        return new KafkaConsumer<>(settings);
    }

    private void consume(Consumer<String, byte[]> consumer) {
        while (running) {
            boolean paused = pauseWhatMayNotCome(consumer);
            consumer.poll(paused ? POLL_WHILE_PAUSED : POLL).forEach(this::begin);
            commitNowAndThen(consumer);
        }
    }

    private boolean pauseWhatMayNotCome(Consumer<?, ?> consumer) {
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
            throw new IllegalStateException(partition + " has records but was never assigned");
        }
        C command;
        try {
            command = ReceivedMessage.read(record, type);
        } catch (UnreadableMessageException e) {
            tracker.begin(record.offset(), 1);
            burial.bury(record, null, e, tracker);
            return;
        }
        tracker.begin(record.offset(), command.objects().size());
        handle(command, partition, record.offset()).whenComplete((_, failure) -> {
            if (failure == null) {
                tracker.done(record.offset());
            } else if (!tracker.abandoned()) {
                burial.bury(record, command, failure, tracker);
            }
        });
    }

    private CompletableFuture<Void> handle(C command, TopicPartition partition, long offset) {
        try {
            return handler.handle(command, partition, offset);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void commitNowAndThen(Consumer<?, ?> consumer) {
        if (System.nanoTime() - lastCommit < COMMIT_EVERY) {
            return;
        }
        lastCommit = System.nanoTime();
        Map<TopicPartition, Long> secured = positions(trackers.keySet());
        secured.replaceAll(handler::secured);
        Map<TopicPartition, OffsetAndMetadata> offsets = toCommit(secured);
        if (!offsets.isEmpty()) {
            consumer.commitAsync(offsets, this::committed);
        }
    }

    private Map<TopicPartition, Long> positions(Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> positions = new HashMap<>();
        for (TopicPartition partition : partitions) {
            OffsetTracker tracker = trackers.get(partition);
            if (tracker != null) {
                positions.put(partition, tracker.position());
            }
        }
        return positions;
    }

    private Map<TopicPartition, OffsetAndMetadata> toCommit(Map<TopicPartition, Long> secured) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        secured.forEach((partition, limit) -> {
            OffsetTracker tracker = requireNonNull(trackers.get(partition));
            tracker.toCommit(limit).ifPresent(offset -> {
                tracker.committing(offset);
                offsets.put(partition, new OffsetAndMetadata(offset));
            });
        });
        return offsets;
    }

    /** A commit that meets a rebalance or a broker that is away is tried again with the next. */
    private void committed(Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable Exception failure) {
        if (failure == null) {
            return;
        }
        log.debug("Group {} will commit {} again", group, offsets, failure);
        offsets.keySet().forEach(partition -> {
            OffsetTracker tracker = trackers.get(partition);
            if (tracker != null) {
                tracker.commitFailed();
            }
        });
    }

    /** Goes on polling, so that the group goes on, but begins nothing: what a poll still brings was not begun and is not committed. */
    private void finish(Consumer<String, byte[]> consumer) {
        long deadline = System.nanoTime() + limits.stopTimeout().toNanos();
        while (patient && !trackers.values().stream().allMatch(OffsetTracker::idle) && System.nanoTime() < deadline) {
            consumer.pause(consumer.assignment());
            consumer.poll(POLL_WHILE_PAUSED);
        }
    }

    private void rest() {
        try {
            Thread.sleep(RESTART);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closing the consumer revokes everything, so this also makes the last commit. */
    private final class Ownership implements ConsumerRebalanceListener {

        private final Consumer<?, ?> consumer;

        Ownership(Consumer<?, ?> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (partitions.isEmpty()) {
                return;
            }
            consumer.pause(partitions); // until the handler is ready for them
            Map<TopicPartition, Long> positions = new HashMap<>();
            partitions.forEach(partition -> positions.put(partition, consumer.position(partition, CLOSE)));
            positions.forEach((partition, position) -> trackers.put(partition, new OffsetTracker(position)));
            handler.assigned(positions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            try {
                consumer.commitSync(toCommit(handler.securedAtLast(positions(partitions))), CLOSE);
            } catch (KafkaException e) {
                log.warn(
                        "Group {} gives up {} without a last commit; some commands will be repeated",
                        group,
                        partitions,
                        e);
            }
            abandon(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            abandon(partitions);
        }

        private void abandon(Collection<TopicPartition> partitions) {
            List<TopicPartition> owned = partitions.stream()
                    .filter(partition -> {
                        OffsetTracker tracker = trackers.remove(partition);
                        if (tracker != null) {
                            tracker.abandon();
                        }
                        return tracker != null;
                    })
                    .toList();
            if (!owned.isEmpty()) {
                handler.revoked(owned);
            }
        }
    }
}

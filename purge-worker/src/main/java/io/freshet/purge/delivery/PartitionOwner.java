package io.freshet.purge.delivery;

import io.freshet.contracts.message.FlushNode;
import io.freshet.contracts.message.HoldNode;
import io.freshet.contracts.message.ReleaseNode;
import io.freshet.contracts.message.RewindNode;
import io.freshet.fleet.Driver;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.cursor.CursorStore;
import io.freshet.purge.cursor.CursorWriter;
import io.freshet.purge.cursor.Cursors;
import io.freshet.purge.node.NodeChannel;
import io.freshet.purge.node.ObservedRestartToken;
import io.freshet.purge.steering.NodeEvents;
import io.freshet.purge.steering.NodeActions;
import io.freshet.purge.steering.NodeActions.Given;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the shard of a partition that is this worker's: takes it over from what is written, follows what happens to the nodes, and writes down
 * where they are. The group's own position is committed only as far as the cursors have been written, so that whoever takes over next finds a
 * node's cursor below that position only if the node is late.
 */
final class PartitionOwner implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PartitionOwner.class);
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** A write is a transaction of a dozen requests to Kafka for each partition. What was done since the last one is done again after a crash. */
    private static final Duration WRITE_EVERY = Duration.ofSeconds(5);

    /** What nobody writes expires; see {@code offsets.retention.minutes}. */
    private static final Duration WRITE_AGAIN = Duration.ofHours(12);

    private final PartitionState shard;
    private final long start;
    private final CommandTopic commands;
    private final CursorStore store;
    private final NodeRegistration newcomers;
    private final RetentionCheck retention;
    private final NodeActions orders;
    private final NodeEvents nodeLog;
    private final Clock clock;
    private final PartitionReader peek;
    private final LogReplay catchUp;
    private final LogReplay rebound;
    private final Thread thread;
    private final Map<String, Cursors> written = new HashMap<>();
    private @Nullable CursorWriter writer;
    private Instant lastWrite = Instant.EPOCH;
    private Instant lastFullWrite = Instant.EPOCH;
    private volatile long secured;
    private volatile boolean ready;
    private volatile boolean closed;
    private volatile @Nullable KafkaException failure;

    PartitionOwner(
            PartitionState shard,
            long start,
            CommandTopic commands,
            CursorStore store,
            NodeRegistration newcomers,
            RetentionCheck retention,
            NodeActions orders,
            NodeEvents nodeLog,
            Clock clock,
            PartitionReader peek,
            LogReplay catchUp,
            LogReplay rebound) {
        this.shard = shard;
        this.start = start;
        this.secured = start;
        this.commands = commands;
        this.store = store;
        this.newcomers = newcomers;
        this.retention = retention;
        this.orders = orders;
        this.nodeLog = nodeLog;
        this.clock = clock;
        this.peek = peek;
        this.catchUp = catchUp;
        this.rebound = rebound;
        this.thread = Thread.ofVirtual().name("shard-" + shard.partition()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    PartitionState shard() {
        return shard;
    }

    /** Whether commands may come. */
    boolean isReady() {
        return ready;
    }

    private void run() {
        try {
            openEventually();
            findAges();
            catchUp.start();
            rebound.start();
            while (!closed) {
                keep();
                TimeUnit.MILLISECONDS.sleep(TICK.toMillis());
            }
        } catch (InterruptedException | InterruptException e) {
            log.debug("partition {} is given up", shard.partition());
        }
    }

    private void openEventually() throws InterruptedException {
        while (!closed) {
            try {
                if (orders.isComplete() && nodeLog.isComplete()) {
                    retention.pass();
                    open();
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(TICK.toMillis() / 4);
            } catch (InterruptException e) {
                throw e;
            } catch (RuntimeException e) {
                log.warn("The cursors of partition {} cannot be read yet: {}", shard.partition(), e.toString());
                closeWriter();
                TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
            }
        }
    }

    /** How old what is owed is stands in the log only. */
    private void findAges() {
        try (PartitionReader reader = peek) {
            for (PartitionState.OffsetRange owed : shard.unknownAges()) {
                ConsumerRecord<String, byte[]> record = reader.first(owed.from(), owed.to());
                if (record != null) {
                    shard.age(owed.from(), Instant.ofEpochMilli(record.timestamp()));
                }
            }
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            log.debug("Partition {}: how old what is owed is will be known when it is sent", shard.partition(), e);
        }
    }

    private synchronized void open() {
        if (closed) {
            return;
        }
        writer = store.open(shard.partition()); // from here on nobody else moves them
        Map<String, Cursors> cursors = newcomers.withFirstCursors(shard.partition(), shard.nodes());
        shard.open(
                commands.topicId(),
                start,
                commands.beginning(shard.partition()),
                commands.end(shard.partition()),
                cursors,
                orders.last());
        ready = true;
    }

    private void keep() {
        try {
            shard.nodes().forEach(this::follow);
            writeIfDue();
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            log.warn("Partition {}: {}", shard.partition(), e.toString());
        } catch (RuntimeException e) {
            log.error("Partition {} cannot be kept as it should", shard.partition(), e);
        }
    }

    // ---- what happens to the nodes

    private void follow(NodeChannel node) {
        String id = node.node().id();
        Optional<HoldNode> hold = orders.hold(id);
        if (hold.isPresent()) {
            shard.late(
                    node,
                    "is held in maintenance by " + hold.get().by() + ": "
                            + hold.get().reason());
        } else if (!node.health().isHealthy()) {
            shard.late(node, node.health().reason());
        }
        nodeLog.lastFlush(id)
                .ifPresent(flush -> shard.flushed(
                        node,
                        flush.at(),
                        flush.topicId(),
                        flush.ends().getOrDefault(shard.partition(), 0L),
                        flush.order()));
        carryOutOrders(node);
        rewindIfRestarted(node);
    }

    private void carryOutOrders(NodeChannel node) {
        for (Given given : orders.since(node.node().id(), shard.lastOrder(node))) {
            switch (given.order()) {
                case RewindNode rewind -> {
                    rewind(
                            node,
                            rewind.to(),
                            "is sent again what it was sent since " + rewind.to() + ", as " + rewind.by() + " ordered");
                    shard.ordered(node, given.offset());
                }
                case FlushNode _ -> {
                    return; // done when the flush is reported; what was ordered later waits for it
                }
                case HoldNode _, ReleaseNode _ -> shard.ordered(node, given.offset());
            }
        }
    }

    private void rewind(NodeChannel node, Instant to, String why) {
        commands.firstSince(shard.partition(), to).ifPresent(offset -> shard.rewind(node, offset, to, why));
    }

    /** A server that brings back what was purged when it is started again has lost the purges of the last minutes. */
    private void rewindIfRestarted(NodeChannel node) {
        Driver.RestartToken settings = node.driver().restartToken();
        ObservedRestartToken now = node.observedRestartToken();
        if (settings == null || now == null) {
            return;
        }
        shard.lastStart(node)
                .filter(last -> !last.value().equals(now.value()))
                .ifPresent(last -> rewind(
                        node,
                        last.at().minus(settings.rewind()),
                        "was started again, and is sent again what it may have lost"));
        shard.started(node, now);
    }

    // ---- writing down

    /** Everything below is done. Returns up to where that is written down. */
    long secured(long position) {
        if (ready) {
            shard.position(position);
        }
        KafkaException failed = failure;
        if (failed != null) {
            throw failed;
        }
        return secured;
    }

    /** The same before the partition is given up. */
    long securedAtLast(long position) {
        if (ready && failure == null) {
            shard.position(position);
            try {
                write();
            } catch (KafkaException e) {
                log.warn("Partition {} is given up without writing its cursors: {}", shard.partition(), e.toString());
            }
        }
        return secured;
    }

    private void writeIfDue() {
        if (failure == null && Duration.between(lastWrite, clock.instant()).compareTo(WRITE_EVERY) >= 0) {
            write();
        }
    }

    private synchronized void write() {
        CursorWriter open = writer;
        if (open == null || closed) {
            return;
        }
        PartitionState.Snapshot snapshot = shard.snapshot();
        Map<String, Cursors> changed = changed(snapshot.cursors());
        if (!changed.isEmpty()) {
            try {
                open.write(changed);
            } catch (KafkaException e) {
                // Whether it was written is not known, or the partition is another worker's: the loop begins anew.
                failure = e;
                throw e;
            }
            written.putAll(changed);
            lastWrite = clock.instant();
        }
        secured = snapshot.position();
    }

    private Map<String, Cursors> changed(Map<String, Cursors> now) {
        if (Duration.between(lastFullWrite, clock.instant()).compareTo(WRITE_AGAIN) >= 0) {
            lastFullWrite = clock.instant();
            return now;
        }
        Map<String, Cursors> changed = new HashMap<>(now);
        changed.entrySet().removeIf(entry -> {
            Cursors before = written.get(entry.getKey());
            return before != null && before.saysTheSameAs(entry.getValue());
        });
        return changed;
    }

    private synchronized void closeWriter() {
        CursorWriter open = writer;
        writer = null;
        if (open != null) {
            open.close();
        }
    }

    /** Returns at once; what is going on is broken off. */
    @Override
    public void close() {
        closed = true;
        ready = false;
        thread.interrupt();
        catchUp.close();
        rebound.close();
        Thread.ofVirtual().start(this::closeWriter);
    }
}

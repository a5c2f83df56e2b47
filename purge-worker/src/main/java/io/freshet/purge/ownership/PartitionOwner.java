package io.freshet.purge.ownership;

import io.freshet.purge.partition.PartitionState;
import io.freshet.purge.replay.LogReplay;
import io.freshet.purge.replay.PartitionReader;
import io.freshet.purge.retry.RetryLists;
import io.freshet.purge.topology.TierTopologies;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Life cycle of one partition that this worker owns: opens it, follows its nodes, writes its cursors, gives it up. */
final class PartitionOwner implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PartitionOwner.class);
    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final PartitionState state;
    private final TierTopologies topologies;
    private final PartitionOpener opener;
    private final NodeFollower follower;
    private final CursorWriter cursorWriter;
    private final PartitionReader reader;
    private final LogReplay catchUp;
    private final LogReplay rebound;
    private final LogReplay retired;
    private final RetryLists retries;

    /** One thread per partition, not a scheduled task: {@link #close} must interrupt whatever it waits for. */
    private final Thread thread;

    /** Set before the thread starts. */
    private Duration openingDelay = Duration.ZERO;

    private final Set<Thread> refreshes = ConcurrentHashMap.newKeySet();
    private volatile boolean ready;
    /** Whether the fleet has changed since the last but one look, so that refreshes in flight had time to end. */
    private boolean draining;

    /** Whether the fleet has changed, and the cursors have been written a last time. */
    private volatile boolean outdated;

    /** Position that was returned last as committable. */
    private long committable = -1;

    private volatile boolean closed;

    /** @param reader used at the opening only */
    PartitionOwner(
            PartitionState state,
            TierTopologies topologies,
            PartitionOpener opener,
            NodeFollower follower,
            CursorWriter cursorWriter,
            PartitionReader reader,
            LogReplay catchUp,
            LogReplay rebound,
            LogReplay retired,
            RetryLists retries) {
        this.state = state;
        this.topologies = topologies;
        this.opener = opener;
        this.follower = follower;
        this.cursorWriter = cursorWriter;
        this.reader = reader;
        this.catchUp = catchUp;
        this.rebound = rebound;
        this.retired = retired;
        this.retries = retries;
        this.thread = Thread.ofVirtual().name("partition-" + state.partition()).unstarted(this::run);
    }

    /** Begins to open the partition after this delay. */
    void start(Duration delay) {
        openingDelay = delay;
        thread.start();
    }

    PartitionState state() {
        return state;
    }

    /** Returns whether the partition is open, so that its commands can be dispatched. */
    boolean isReady() {
        return ready;
    }

    /** Returns whether new commands may be dispatched: not any more after the fleet has changed. */
    boolean receivesCommands() {
        return ready && !outdated && topologies.isCurrent(state.topology());
    }

    /** Returns whether the partition must be taken over anew, because the fleet has changed since. */
    boolean isOutdated() {
        return outdated;
    }

    /** Returns whether an earlier owner may have dispatched the command at this offset. */
    boolean mayHaveBeenSent(long offset) {
        return opener.mayHaveBeenSent(offset);
    }

    private void run() {
        try {
            Thread.sleep(openingDelay);
            while (!closed && !opener.tryOpen()) {
                log.debug("partition {} is not open yet", state.partition());
            }
            ready = !closed;
            opener.readAges(reader);
            catchUp.start();
            rebound.start();
            retired.start();
            while (!closed) {
                followAndWrite();
                Thread.sleep(INTERVAL);
            }
        } catch (InterruptedException | InterruptException e) {
            log.debug("partition {} is given up", state.partition());
        } finally {
            retries.close(state); // again: it may have been opened after the partition was given up
        }
    }

    private void followAndWrite() {
        if (outdated || cursorWriter.hasFailed()) {
            return; // the partition is about to be taken over anew
        }
        try {
            follower.follow();
            if (topologies.isCurrent(state.topology())) {
                cursorWriter.writeIfDue();
                cursorWriter.writeRetired();
            } else if (draining) {
                cursorWriter.write();
                outdated = true;
            } else {
                draining = true;
            }
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            log.warn("Kafka failed for partition {}; the worker tries again: {}", state.partition(), e.toString());
        } catch (RuntimeException e) {
            log.error("Partition {}: unexpected failure; the worker tries again", state.partition(), e);
        }
    }

    /** Starts the dispatch of a refresh, on a thread that is interrupted when the partition is given up. */
    void startRefresh(String name, Runnable refresh) {
        Thread started = Thread.ofVirtual().name(name).unstarted(() -> {
            try {
                refresh.run();
            } finally {
                refreshes.remove(Thread.currentThread());
            }
        });
        refreshes.add(started);
        started.start();
        if (closed) {
            started.interrupt();
        }
    }

    /**
     * Notes that everything below a position is done, and returns the position that may be committed now.
     *
     * @throws KafkaException if the cursors could not be written, or if the fleet has changed and everything that was
     *     written has been returned: the partition must be taken over anew
     */
    long committablePosition(long position) {
        boolean isLast = outdated;
        if (ready) {
            state.advancePosition(position);
        }
        long now = cursorWriter.committablePosition();
        if (isLast && now == committable) {
            throw new FleetChangedException();
        }
        committable = now;
        return now;
    }

    /**
     * Writes the cursors a last time, and returns the position that may be committed before the partition is given up.
     */
    long lastCommittablePosition(long position) {
        if (ready && !cursorWriter.hasFailed()) {
            state.advancePosition(position);
            try {
                cursorWriter.write();
            } catch (KafkaException e) {
                log.warn(
                        "The cursors of partition {} could not be written before it is given up; "
                                + "the next worker repeats some purges: {}",
                        state.partition(),
                        e.toString());
            }
        }
        return cursorWriter.lastCommittablePosition();
    }

    /** Gives the partition up: interrupts everything that is going on, and returns at once. */
    @Override
    public void close() {
        closed = true;
        ready = false;
        thread.interrupt();
        catchUp.close();
        rebound.close();
        retired.close();
        retries.close(state);
        refreshes.forEach(Thread::interrupt);
        cursorWriter.close();
        Thread.ofVirtual().start(this::releaseTopology);
    }

    /** Lets the channels of nodes that have left be closed, when nothing is sent over them any more. */
    private void releaseTopology() {
        try {
            thread.join();
            catchUp.awaitEnd();
            rebound.awaitEnd();
            retired.awaitEnd();
            for (Thread refresh : refreshes) {
                refresh.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        topologies.release(state.topology());
    }
}

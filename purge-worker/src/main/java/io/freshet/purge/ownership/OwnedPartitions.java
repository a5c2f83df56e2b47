package io.freshet.purge.ownership;

import io.freshet.kafka.TaskCancellations;
import io.freshet.purge.control.NodeActions;
import io.freshet.purge.control.NodeEvents;
import io.freshet.purge.cursor.CommandTopic;
import io.freshet.purge.cursor.CursorStore;
import io.freshet.purge.partition.PartitionState;
import io.freshet.purge.replay.ReplayFactory;
import io.freshet.purge.retry.RetryLists;
import io.freshet.purge.topology.TierTopologies;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Partitions that the consumer group has assigned to this worker. */
public final class OwnedPartitions implements AutoCloseable {

    /** Time for the consumer to learn that another worker owns a partition whose cursors could not be written. */
    private static final Duration REOPEN_DELAY = Duration.ofSeconds(1);

    private final Map<Integer, PartitionOwner> owners = new ConcurrentHashMap<>();
    private final TierTopologies topologies;
    private final CommandTopic commands;
    private final CursorStore store;
    private final NodeRegistration registration;
    private final NodeActions actions;
    private final TaskCancellations cancellations;
    private final NodeEvents events;
    private final ReplayFactory replays;
    private final RetryLists retries;
    private final Duration reboundDelay;
    private final Duration cursorInterval;
    private final InstantSource clock;
    private final LongSupplier nanoTime;

    /**
     * @param reboundDelay between the first purge and the second
     * @param cursorInterval between two writes of a partition's cursors
     * @param clock dates what is stored and shown
     * @param nanoTime monotonic time in nanoseconds, which decides what is due
     */
    public OwnedPartitions(
            TierTopologies topologies,
            CommandTopic commands,
            CursorStore store,
            NodeRegistration registration,
            NodeActions actions,
            TaskCancellations cancellations,
            NodeEvents events,
            ReplayFactory replays,
            RetryLists retries,
            Duration reboundDelay,
            Duration cursorInterval,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.topologies = topologies;
        this.commands = commands;
        this.store = store;
        this.registration = registration;
        this.actions = actions;
        this.cancellations = cancellations;
        this.events = events;
        this.replays = replays;
        this.retries = retries;
        this.reboundDelay = reboundDelay;
        this.cursorInterval = cursorInterval;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /**
     * Begins to open a partition that was assigned with this position in this generation of the consumer group, later
     * if this worker has had it until now.
     */
    void takeOver(int partition, long position, int generation) {
        PartitionState state =
                new PartitionState(partition, generation, topologies.use(), reboundDelay, clock, nanoTime);
        CursorWriter cursorWriter = new CursorWriter(state, position, store, cursorInterval, nanoTime);
        NodeFollower follower = new NodeFollower(state, actions, events, commands);
        PartitionOwner owner = new PartitionOwner(
                state,
                topologies,
                new PartitionOpener(
                        state, position, commands, cursorWriter, registration, actions, cancellations, events, retries),
                follower,
                cursorWriter,
                replays.reader(partition),
                replays.catchUp(state, follower::canReceive),
                replays.rebound(state),
                replays.retired(state),
                retries);
        PartitionOwner former = owners.put(partition, owner);
        if (former == null) {
            owner.start(Duration.ZERO);
        } else {
            former.close();
            owner.start(former.isOutdated() ? Duration.ZERO : REOPEN_DELAY);
        }
    }

    @Nullable
    PartitionOwner owner(int partition) {
        return owners.get(partition);
    }

    /** Returns the state of a partition, once it is open. */
    public Optional<PartitionState> open(int partition) {
        return Optional.ofNullable(owners.get(partition))
                .filter(PartitionOwner::isReady)
                .map(PartitionOwner::state);
    }

    /** Returns the states of all partitions that are open. */
    public List<PartitionState> open() {
        return owners.values().stream()
                .filter(PartitionOwner::isReady)
                .map(PartitionOwner::state)
                .toList();
    }

    void close(Collection<Integer> partitions) {
        for (int partition : partitions) {
            PartitionOwner owner = owners.remove(partition);
            if (owner != null) {
                owner.close();
            }
        }
    }

    @Override
    public void close() {
        close(List.copyOf(owners.keySet()));
    }
}

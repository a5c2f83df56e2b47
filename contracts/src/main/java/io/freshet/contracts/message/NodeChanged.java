package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.freshet.contracts.NodeState;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * State of a node on one partition of the purge commands, as seen by the partition's worker. The worker publishes it
 * when it has changed, and again after an interval.
 *
 * @param since when it became so
 * @param why reason of a lagging node: the probe's failure or the node's refusal
 * @param lagRecords commands that the node has not received; 0 if it is in sync
 * @param oldestMissingAt when the oldest of them was accepted
 * @param flushedAt when the node was last flushed whole
 * @param held whether an operator holds it in maintenance; it lags then, and no timeout counts
 * @param needsFlush whether it missed commands that have left the topic, so that only a flush brings it back in sync
 * @param generation of the consumer group in which the worker was assigned the partition; a later owner has a higher
 *     one
 * @param observedAt when the worker saw this state; {@code since} if the worker does not say it
 * @param interval time after which the worker publishes the state again; 10 s if the worker does not say it
 */
public record NodeChanged(
        String node,
        int partition,
        NodeState state,
        boolean reachable,
        Instant since,
        @Nullable String why,
        long lagRecords,
        @Nullable Instant oldestMissingAt,
        @Nullable Instant flushedAt,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean held,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean needsFlush,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int generation,
        Instant observedAt,
        Duration interval)
        implements NodeEvent {

    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(10);

    /** Intervals after which a state that was not repeated no longer counts. */
    private static final int VALID_INTERVALS = 3;

    public NodeChanged {
        requireNonNull(node, "node");
        requireNonNull(state, "state");
        requireNonNull(since, "since");
        observedAt = requireNonNullElse(observedAt, since);
        interval = requireNonNullElse(interval, DEFAULT_INTERVAL);
    }

    /** Creates a state of the first generation that was observed when it began. */
    public NodeChanged(
            String node,
            int partition,
            NodeState state,
            boolean reachable,
            Instant since,
            @Nullable String why,
            long lagRecords,
            @Nullable Instant oldestMissingAt,
            @Nullable Instant flushedAt,
            boolean held,
            boolean needsFlush) {
        this(
                node,
                partition,
                state,
                reachable,
                since,
                why,
                lagRecords,
                oldestMissingAt,
                flushedAt,
                held,
                needsFlush,
                0,
                since,
                DEFAULT_INTERVAL);
    }

    /** Creates the state of a node that is neither held nor in need of a flush. */
    public NodeChanged(
            String node,
            int partition,
            NodeState state,
            boolean reachable,
            Instant since,
            @Nullable String why,
            long lagRecords,
            @Nullable Instant oldestMissingAt,
            @Nullable Instant flushedAt) {
        this(node, partition, state, reachable, since, why, lagRecords, oldestMissingAt, flushedAt, false, false);
    }

    @Override
    @JsonIgnore
    public String key() {
        return node + '/' + partition;
    }

    /** Returns the time for which the state counts unless it is repeated. */
    @JsonIgnore
    public Duration validity() {
        return interval.multipliedBy(VALID_INTERVALS);
    }

    /**
     * Returns the state that counts of two of the same node and partition: the later one, unless it is of a former
     * owner of the partition, whose producer sent it late. Generations begin anew if the consumer group was deleted, so
     * a lower one counts, too, after the validity of the earlier state.
     */
    public static NodeChanged newest(NodeChanged earlier, NodeChanged later) {
        boolean isOfFormerOwner = later.generation < earlier.generation
                && later.observedAt.isBefore(earlier.observedAt.plus(earlier.validity()));
        return isOfFormerOwner ? earlier : later;
    }

    /** Returns whether the two differ in nothing but the time at which they were observed. */
    public boolean equalsIgnoringTime(NodeChanged other) {
        return equals(new NodeChanged(
                other.node,
                other.partition,
                other.state,
                other.reachable,
                other.since,
                other.why,
                other.lagRecords,
                other.oldestMissingAt,
                other.flushedAt,
                other.held,
                other.needsFlush,
                other.generation,
                observedAt,
                other.interval));
    }
}

package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.freshet.contracts.NodeState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * State of a node on one partition of the purge commands, as seen by the partition's worker.
 *
 * @param since when it became so
 * @param why reason of a lagging node: the probe's failure or the node's refusal
 * @param lagRecords commands that the node has not received; 0 if it is in sync
 * @param oldestMissingAt when the oldest of them was accepted
 * @param flushedAt when the node was last flushed whole
 * @param held whether an operator holds it in maintenance; it lags then, and no timeout counts
 * @param needsFlush whether it missed commands that have left the topic, so that only a flush brings it back in sync
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
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean needsFlush)
        implements NodeEvent {

    public NodeChanged {
        requireNonNull(node, "node");
        requireNonNull(state, "state");
        requireNonNull(since, "since");
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
}

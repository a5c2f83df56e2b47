package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.freshet.contracts.CursorState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Cursor of a node on one partition of the purge commands, for the next owner of the partition. A compacted topic holds
 * the newest of each node and partition.
 *
 * @param applied offset below which the node has received every command
 * @param settled offset below which the node has received every second purge
 * @param topicId of the purge commands that the offsets belong to
 * @param since when the state began
 * @param at when the cursor was taken; with a restart token, when that was seen
 * @param restartToken of the node at that time, if its driver reads one
 * @param lastAction number of the last node action that was carried out on the partition; -1 for none
 * @param retired whether the node has left the fleet, and nothing waits for it any more
 */
public record NodeCursor(
        int partition,
        String node,
        long applied,
        long settled,
        CursorState state,
        String topicId,
        Instant since,
        Instant at,
        @Nullable String restartToken,
        long lastAction,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean retired)
        implements Message {

    public NodeCursor {
        requireNonNull(node, "node");
        requireNonNull(state, "state");
        requireNonNull(topicId, "topicId");
        requireNonNull(since, "since");
        requireNonNull(at, "at");
    }

    @Override
    @JsonIgnore
    public String key() {
        return partition + "/" + node;
    }
}

package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Notice that a node was flushed as a whole.
 *
 * @param at when
 * @param topicId of the purge commands then
 * @param ends end offsets by partition of the purge commands before the flush: everything below is done
 * @param actionOffset number of the {@link FlushNode} that asked for it: its offset, and in the upper bits a part of
 *     the id of its topic; null if the worker decided
 */
public record NodeFlushed(
        String node,
        Instant at,
        String topicId,
        Map<Integer, Long> ends,
        @Nullable Long actionOffset) implements NodeEvent {

    public NodeFlushed {
        requireNonNull(node, "node");
        requireNonNull(at, "at");
        requireNonNull(topicId, "topicId");
        ends = Map.copyOf(ends);
    }

    @Override
    @JsonIgnore
    public String key() {
        return node + "/flushed";
    }
}

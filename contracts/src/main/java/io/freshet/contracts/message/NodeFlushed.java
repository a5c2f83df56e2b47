package io.freshet.contracts.message;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node was flushed whole: whatever it had been asked to drop before is gone.
 *
 * @param at when
 * @param topicId of the purge commands then
 * @param ends by partition of the purge commands, where it ended before the flush: everything below is done
 * @param order the offset of the {@link FlushNode} that asked for it; null if the worker decided
 */
public record NodeFlushed(
        String node,
        Instant at,
        String topicId,
        Map<Integer, Long> ends,
        @Nullable Long order) implements NodeEvent {

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

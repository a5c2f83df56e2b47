package io.freshet.cluster.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node as {@code GET /v1/nodes} shows it; instants stay as they were written. */
public record NodeState(
        String id,
        String tier,
        String state,
        @Nullable Boolean reachable,
        @Nullable String since,
        @Nullable String why,
        long lagRecords,
        long lagSeconds,
        @Nullable String flushedAt) {

    public boolean isLate() {
        return state.equals("lagging");
    }

    /** All of them. */
    public record Page(List<NodeState> nodes) {}
}

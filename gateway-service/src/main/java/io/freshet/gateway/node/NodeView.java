package io.freshet.gateway.node;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A node over all partitions.
 *
 * @param reachable null while nothing is known
 * @param since when it became so
 * @param why for a late node: what its probe or its answer said
 * @param owedRecords commands that it has not got yet
 * @param owedSeconds the age of the oldest of them; 0 if there is none
 * @param flushedAt when it was last flushed whole
 * @param maintenance an operator holds it; it is sent nothing until it is released
 * @param needsFlush what it missed is no longer in the log, and it waits for an operator's flush or for its turn
 */
record NodeView(
        String id,
        String tier,
        URI address,
        State state,
        @Nullable Boolean reachable,
        @Nullable Instant since,
        @Nullable String why,
        long owedRecords,
        long owedSeconds,
        @Nullable Instant flushedAt,
        boolean maintenance,
        boolean needsFlush) {

    /** Unknown as long as no worker has said anything. */
    enum State {
        @JsonProperty("live")
        LIVE,
        @JsonProperty("late")
        LATE,
        @JsonProperty("unknown")
        UNKNOWN
    }
}

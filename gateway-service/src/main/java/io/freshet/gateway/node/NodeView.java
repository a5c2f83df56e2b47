package io.freshet.gateway.node;

import io.freshet.contracts.NodeState;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A node over all partitions.
 *
 * @param reachable null while nothing is known
 * @param since when it became so
 * @param why for a late node: what its probe or its answer said
 * @param lagRecords commands that it has not got yet
 * @param lagSeconds the age of the oldest of them; 0 if there is none
 * @param flushedAt when it was last flushed whole
 * @param maintenance an operator holds it; it is sent nothing until it is released
 * @param needsFlush what it missed is no longer in the log, and it waits for an operator's flush or for its turn
 */
record NodeView(
        String id,
        String tier,
        URI address,
        NodeState state,
        @Nullable Boolean reachable,
        @Nullable Instant since,
        @Nullable String why,
        long lagRecords,
        long lagSeconds,
        @Nullable Instant flushedAt,
        boolean maintenance,
        boolean needsFlush) {}
